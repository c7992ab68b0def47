import { AwsError } from '../aws-error.js';
import type { Protocol } from './protocol.js';
import type { Structure, Value } from './value.js';

/** Errors of authentication and authorization, which the JSON services name differently from the Query services. */
const JSON_CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

/**
 * AWS JSON 1.1, which Organizations and KMS speak.
 *
 * @param messageMember what the service calls the text of an error.
 */
export function jsonProtocol(messageMember: 'Message' | 'message'): Protocol {
  return {
    contentType: 'application/x-amz-json-1.1',

    writeOutput(_operation, output) {
      return { status: 200, body: output === undefined ? '' : JSON.stringify(toJson(output)) };
    },

    writeError(error) {
      const type = JSON_CODES[error.code] ?? error.code;
      const body = { __type: type, ...error.members, [messageMember]: error.message };
      return { status: error.status < 500 ? 400 : error.status, body: JSON.stringify(body) };
    },
  };
}

function toJson(value: Value): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [key, toJson(entry)]));
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object') return value;
  const members = Object.entries(value as Structure).flatMap(([name, member]) =>
    member === undefined ? [] : [[name, toJson(member)] as const],
  );
  return Object.fromEntries(members);
}

/** The members of a request body; an empty body is an empty structure. Throws SerializationException. */
export function parseJsonBody(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = body === '' ? {} : JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 400, 'Unable to parse the request body as JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('SerializationException', 400, 'Start of structure or map found where not expected.');
  }
  return { ...value };
}
