import { createHash } from 'node:crypto';
import type { HttpRequest } from './http.js';

/** How a service canonicalizes a request to verify its signature. */
export interface SigningForm {
  /** S3 signs the path as sent; other services normalize it and encode it a second time. */
  readonly path: 'as-sent' | 'encoded-again';
  /** S3 signs the body hash that the client declares, and compares it with the body unless it is a placeholder. */
  readonly payload: 'declared' | 'hashed';
}

/**
 * The canonical request of Signature Version 4, with the headers that the client signed.
 * See "Create a signed AWS API request" in the IAM User Guide.
 */
export function canonicalRequest(
  request: HttpRequest,
  signedHeaders: readonly string[],
  form: SigningForm,
): string {
  const [path = '/', query = ''] = splitOnce(request.path, '?');
  const headers = signedHeaders.map((name) => `${name}:${canonicalHeader(request.headers[name] ?? '')}\n`);
  return [
    request.method,
    form.path === 'as-sent' ? path : canonicalPath(path),
    canonicalQuery(query),
    headers.join(''),
    signedHeaders.join(';'),
    form.payload === 'declared' ? request.headers[PAYLOAD_HASH] : sha256(request.body),
  ].join('\n');
}

/** The header that declares the hash of the body. */
export const PAYLOAD_HASH = 'x-amz-content-sha256';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function canonicalHeader(value: string): string {
  return value.trim().replace(/ +/g, ' ');
}

function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const trailing = path.endsWith('/') && segments.length > 0 ? '/' : '';
  return `/${segments.join('/')}${trailing}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => splitOnce(pair, '=').map((part) => encode(decode(part))))
    .map(([name = '', value = '']) => `${name}=${value}`)
    .sort()
    .join('&');
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Malformed escapes stay as they are; the signature then fails. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Encodes everything except RFC 3986 unreserved characters: letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
