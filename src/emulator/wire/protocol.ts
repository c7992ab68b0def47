import type { AwsError } from '../aws-error.js';
import type { Structure } from './value.js';

export interface WireBody {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How one service's answers look on the wire. */
export interface Protocol {
  readonly contentType: string;
  /** The headers that carry the id of the request. */
  requestIdHeaders(requestId: string): Readonly<Record<string, string>>;
  /** An operation without output has no result element, or no body at all. */
  writeOutput(operation: string, output: Structure | undefined, requestId: string): WireBody;
  writeError(error: AwsError, requestId: string): WireBody;
}

/** The header of the services that speak Query or JSON. */
export function requestIdHeaders(requestId: string): Readonly<Record<string, string>> {
  return { 'x-amzn-requestid': requestId };
}
