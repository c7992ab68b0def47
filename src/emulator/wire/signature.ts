import { createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../aws-error.js';
import { canonicalRequest, PAYLOAD_HASH, type SigningForm, sha256 } from './canonical-request.js';
import type { HttpRequest } from './http.js';

/** The Authorization header of a request signed with Signature Version 4. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** The time that a request's date is compared with, and the allowed difference in minutes. */
export interface SigningClock {
  readonly now: Date;
  readonly clockTolerance: number;
}

/** How a service expects requests to be signed, and its error for a wrong date. */
export interface Signing extends SigningForm {
  /** The error for a date outside the tolerance. Default: the signature is reported as expired or not yet current. */
  readonly skewed?: { readonly code: string; readonly message: string };
}

export const STANDARD_SIGNING: Signing = { path: 'encoded-again', payload: 'hashed' };

/** Throws MissingAuthenticationToken or IncompleteSignature. */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === '') {
    throw new AwsError('MissingAuthenticationToken', 403, 'Request is missing Authentication Token');
  }
  const [algorithm = '', ...rest] = header.split(' ');
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}'`);
  }
  const fields = new Map(
    rest
      .join('')
      .split(',')
      .map((field) => {
        const at = field.indexOf('=');
        return [field.slice(0, at), field.slice(at + 1)] as const;
      }),
  );
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !fields.get(name));
  if (missing.length > 0) {
    throw incomplete(
      `${missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' ')} Authorization=${algorithm}`,
    );
  }
  const [accessKeyId, date, region, service, terminator, ...extra] =
    fields.get('Credential')?.split('/') ?? [];
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || extra.length > 0) {
    throw incomplete(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term',
    );
  }
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: fields.get('SignedHeaders')?.split(';') ?? [],
    signature: fields.get('Signature') ?? '',
  };
}

function incomplete(message: string): AwsError {
  return new AwsError('IncompleteSignature', 400, message);
}

/**
 * Throws SignatureDoesNotMatch with AWS's message unless the request was signed with this secret at the current time.
 */
export function verifySignature(
  request: HttpRequest,
  authorization: Authorization,
  secretAccessKey: string,
  clock: SigningClock,
  signing: Signing,
): void {
  const stamp = request.headers['x-amz-date'];
  if (stamp === undefined) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const time = parseStamp(stamp);
  if (time === undefined) {
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${stamp}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  for (const name of requiredHeaders(request)) {
    if (authorization.signedHeaders.includes(name)) continue;
    const shown = name === 'host' ? "'Host' or ':authority'" : `'${name}'`;
    throw mismatch(`${shown} must be a 'SignedHeader' in the AWS Authorization.`);
  }
  if (authorization.date !== stamp.slice(0, 8)) {
    throw mismatch(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.date}' != '${stamp.slice(0, 8)}', from '${stamp}'.`,
    );
  }
  checkAge(stamp, time, clock, signing);
  if (signing.payload === 'declared') checkPayload(request);

  const canonical = canonicalRequest(request, authorization.signedHeaders, signing);
  const scope = `${authorization.date}/${authorization.region}/${authorization.service}/aws4_request`;
  const stringToSign = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha256(canonical)}`;
  const expected = Buffer.from(sign(secretAccessKey, authorization, stringToSign));
  const given = Buffer.from(authorization.signature);
  if (expected.length === given.length && timingSafeEqual(expected, given)) return;
  throw mismatch(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n' +
      `The Canonical String for this request should have been\n'${canonical}'\n\n` +
      `The String-to-Sign should have been\n'${stringToSign}'\n`,
  );
}

/** `host`, and the `x-amz-*` headers that affect the operation or the caller. */
function requiredHeaders({ headers }: HttpRequest): string[] {
  return ['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'].filter(
    (name) => name === 'host' || headers[name] !== undefined,
  );
}

/** Throws unless the client declares the body's hash or that it is unsigned, in which case S3 relies on TLS. */
function checkPayload({ headers, body }: HttpRequest): void {
  const declared = headers[PAYLOAD_HASH];
  if (declared === undefined) {
    throw new AwsError('InvalidRequest', 400, `Missing required header for this request: ${PAYLOAD_HASH}`);
  }
  if (declared === 'UNSIGNED-PAYLOAD') return;
  if (declared.startsWith('STREAMING-')) {
    throw new AwsError('NotImplemented', 501, 'The emulator does not read bodies that are signed in chunks');
  }
  const computed = sha256(body);
  if (declared === computed) return;
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    400,
    `The provided '${PAYLOAD_HASH}' header does not match what was computed.`,
    { ClientComputedContentSHA256: declared, S3ComputedContentSHA256: computed },
  );
}

function checkAge(
  stamp: string,
  time: number,
  { now, clockTolerance }: SigningClock,
  { skewed }: Signing,
): void {
  const limit = clockTolerance * 60_000;
  if (skewed !== undefined && Math.abs(now.getTime() - time) > limit) {
    throw new AwsError(skewed.code, 403, skewed.message);
  }
  const clock = formatStamp(now.getTime());
  if (now.getTime() - time > limit) {
    const earliest = formatStamp(now.getTime() - limit);
    throw mismatch(
      `Signature expired: ${stamp} is now earlier than ${earliest} (${clock} - ${clockTolerance} min.)`,
    );
  }
  if (time - now.getTime() > limit) {
    const latest = formatStamp(now.getTime() + limit);
    throw mismatch(
      `Signature not yet current: ${stamp} is still later than ${latest} (${clock} + ${clockTolerance} min.)`,
    );
  }
}

function mismatch(message: string): AwsError {
  return new AwsError('SignatureDoesNotMatch', 403, message);
}

function sign(secret: string, { date, region, service }: Authorization, stringToSign: string): string {
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    `AWS4${secret}`,
  );
  return createHmac('sha256', key).update(stringToSign).digest('hex');
}

/** `20261123T224500Z` */
function parseStamp(stamp: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(stamp);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1);
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function formatStamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
