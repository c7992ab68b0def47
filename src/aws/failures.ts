/** Classifies failed AWS calls by AWS's error code. Texts are only displayed, or used to distinguish denials. */

import type { NotAnAnswer } from './http-handler.js';

export type FailureKind =
  /** Too many calls: wait and retry without limit. */
  | 'throttled'
  /** Server error, network error or time-out: the call may or may not have taken effect. */
  | 'transient'
  /** A conflicting change is in progress (409): wait briefly. */
  | 'busy'
  | 'denied'
  | 'not-found'
  | 'expired'
  /** The local clock is wrong; the SDK has noted AWS's time and uses it for the next signature. */
  | 'skewed'
  /** The caller's credentials are missing, unusable or rejected. */
  | 'credentials'
  | 'other';

export interface AwsFailure {
  readonly kind: FailureKind;
  /** AWS's error code without the suffix `Exception`. */
  readonly code: string;
  /** One line, without secrets. */
  readonly message: string;
  /**
   * Whether AWS refused the call: an AWS error code with a status below 500. In all other cases (no answer, an
   * unreadable answer, an answer from a proxy) it is unknown whether the call took effect.
   */
  readonly refused: boolean;
  /** AWS's request id, if present. */
  readonly requestId?: string;
  /** The value of Retry-After, in ms. */
  readonly retryAfter?: number;
}

/** The `name` of the error. */
const NOT_AN_ANSWER: NotAnAnswer['name'] = 'NotAnAnswer';

const CODES: Readonly<Record<string, FailureKind>> = {
  Throttling: 'throttled',
  Throttled: 'throttled',
  ThrottledRequest: 'throttled',
  RequestThrottled: 'throttled',
  TooManyRequests: 'throttled',
  RequestLimitExceeded: 'throttled',
  SlowDown: 'throttled',
  PriorRequestNotComplete: 'throttled',
  // Source: AWS documents both as "try again in a few minutes"; no AWS SDK retries them.
  EntityTemporarilyUnmodifiable: 'busy',
  ConcurrentModification: 'busy',
  InternalFailure: 'transient',
  ServiceFailure: 'transient',
  ServiceUnavailable: 'transient',
  Timeout: 'transient',
  TimeoutError: 'transient',
  RequestTimeout: 'transient',
  ECONNRESET: 'transient',
  ECONNREFUSED: 'transient',
  ECONNABORTED: 'transient',
  EPIPE: 'transient',
  EPROTO: 'transient',
  ENOTCONN: 'transient',
  ENETDOWN: 'transient',
  ERR_STREAM_PREMATURE_CLOSE: 'transient',
  ETIMEDOUT: 'transient',
  EHOSTUNREACH: 'transient',
  ENETUNREACH: 'transient',
  EAI_AGAIN: 'transient',
  ENOTFOUND: 'transient',
  AccessDenied: 'denied',
  UnauthorizedOperation: 'denied',
  NoSuchEntity: 'not-found',
  AccountNotFound: 'not-found',
  ExpiredToken: 'expired',
  InvalidClientTokenId: 'credentials',
  // S3's equivalents of the other services' codes above and below.
  InvalidAccessKeyId: 'credentials',
  InvalidToken: 'credentials',
  RequestTimeTooSkewed: 'credentials',
  UnrecognizedClient: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  InvalidSignature: 'credentials',
  MissingAuthenticationToken: 'credentials',
  IncompleteSignature: 'credentials',
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
};

/** `ListAccessKeys failed: AccessDenied: …`, or what arrived instead if the answer was not from AWS. */
export function describeFailure(operation: string, { code, message }: AwsFailure): string {
  return code === NOT_AN_ANSWER
    ? `${operation} was not answered by AWS: ${message}`
    : `${operation} failed: ${code}: ${message}`;
}

/** @param error the error that an SDK client rejected with. */
export function classifyError(error: unknown): AwsFailure {
  const fields = readFields(error);
  const known = [fields.wireCode, fields.systemCode, fields.name]
    .map((code) => code?.replace(/Exception$/, ''))
    .find((code) => code !== undefined && Object.hasOwn(CODES, code));
  const code = known ?? (fields.wireCode ?? fields.name ?? 'Error').replace(/Exception$/, '');
  const named = (known === undefined ? undefined : CODES[known]) ?? kindOfStatus(fields.status);
  // The SDK sets this on every error whose Date header differs from the local clock, whatever the error is about.
  const kind = named === 'credentials' && fields.skewCorrected ? 'skewed' : named;
  const retryAfter = fields.retryAfter === undefined ? undefined : Number(fields.retryAfter) * 1000;
  return {
    kind,
    code,
    message: withoutSecrets(describe(fields) ?? code),
    refused: kind !== 'transient' && fields.wireCode !== undefined && isRefusal(fields.status),
    ...(fields.requestId === undefined ? {} : { requestId: fields.requestId }),
    ...(retryAfter !== undefined && Number.isFinite(retryAfter) ? { retryAfter } : {}),
  };
}

/** AWS's request id of a response or an error. */
export function requestIdOf(value: unknown): string {
  const metadata = property(value, '$metadata');
  const id = property(metadata, 'requestId');
  return typeof id === 'string' ? id : 'none';
}

/** The SDK names an answer without an AWS error code `Unknown`; the status is more useful. */
function describe({ message, status }: ReturnType<typeof readFields>): string | undefined {
  const saysNothing = message === undefined || /^Unknown(Error)?$/.test(message);
  return saysNothing && status !== undefined ? `HTTP status ${status}` : message;
}

function isRefusal(status = 0): boolean {
  return status >= 400 && status < 500;
}

function kindOfStatus(status: number | undefined): FailureKind {
  if (status === 429) return 'throttled';
  return status !== undefined && status >= 500 ? 'transient' : 'other';
}

/**
 * Promise 11. AWS answers a wrong signature with the canonical request, which includes the session token, so only the
 * first line is kept. Long base64 text is removed anywhere.
 */
function withoutSecrets(message: string): string {
  const [firstLine = ''] = message.split('\n');
  return firstLine
    .replace(/x-amz-security-token:\s*\S+/gi, 'x-amz-security-token:…')
    .replace(/[A-Za-z0-9+/=]{80,}/g, '…')
    .slice(0, 600)
    .trim();
}

function readFields(error: unknown) {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  const metadata = property(error, '$metadata');
  const status = property(metadata, 'httpStatusCode');
  return {
    name: text(property(error, 'name')),
    wireCode: text(property(error, 'Code')),
    systemCode: text(property(error, 'code')),
    message: text(property(error, 'message')),
    skewCorrected: property(metadata, 'clockSkewCorrected') === true,
    status: typeof status === 'number' ? status : undefined,
    requestId: text(property(metadata, 'requestId')),
    retryAfter: text(property(property(property(error, '$response'), 'headers'), 'retry-after')),
  };
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
