import { AwsError } from '../aws-error.js';
import { type Protocol, requestIdHeaders } from './protocol.js';
import type { Structure, Value } from './value.js';

/** Authentication and authorization errors that JSON services name differently from Query services. */
const JSON_CODES: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  SignatureDoesNotMatch: 'InvalidSignatureException',
};

/** How the JSON services differ. */
export interface JsonDialect {
  readonly version: '1.0' | '1.1';
  /** The member for an error's text. */
  readonly messageMember: 'Message' | 'message';
  /** For a service that used the Query protocol before. */
  readonly query?: {
    /** Prefix of the error names in its model. */
    readonly namespace: string;
    /** Query protocol codes, for errors whose names differ in the model. */
    readonly codes: Readonly<Record<string, string>>;
  };
}

/** AWS JSON, used by Organizations, KMS and SQS. */
export function jsonProtocol({ version, messageMember, query }: JsonDialect): Protocol {
  return {
    contentType: `application/x-amz-json-${version}`,
    requestIdHeaders,

    writeOutput(_operation, output) {
      return { status: 200, body: output === undefined ? '' : JSON.stringify(toJson(output)) };
    },

    writeError(error) {
      const { code, status } = error;
      const type = JSON_CODES[code] ?? `${query?.namespace ?? ''}${code}`;
      const body = JSON.stringify({ __type: type, ...error.members, [messageMember]: error.message });
      if (query === undefined) return { status: status < 500 ? 400 : status, body };
      const fault = status < 500 ? 'Sender' : 'Receiver';
      const headers = { 'x-amzn-query-error': `${query.codes[code] ?? code};${fault}` };
      return { status, body, headers };
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

/** Parses a request body; an empty body is an empty structure. Throws SerializationException. */
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
