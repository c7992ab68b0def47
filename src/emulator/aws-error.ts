/** An AWS error, independent of a service's wire format. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The error code of the Query services (`AccessDenied`, `NoSuchEntity`), or a code that only a JSON service has. */
  readonly code: string;
  /** HTTP status. The JSON services answer 400 for every error below 500. */
  readonly status: number;
  /** Further members besides the message, such as `Reason` of an InvalidInputException. */
  readonly members: Readonly<Record<string, string>>;
  /** Additional HTTP headers, by lower-case name. */
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
