/** A refusal by AWS, before the wire format of a service gives it its shape. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The error code as the Query services spell it (`AccessDenied`, `NoSuchEntity`), or a JSON service's own. */
  readonly code: string;
  /** HTTP status. The JSON services answer 400 to every refusal, whatever stands here below 500. */
  readonly status: number;
  /** Members beside the message, such as `Reason` of an InvalidInputException. */
  readonly members: Readonly<Record<string, string>>;
  /** HTTP headers that tell more, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    members: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
    this.headers = headers;
  }
}
