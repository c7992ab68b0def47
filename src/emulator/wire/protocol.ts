import type { AwsError } from '../aws-error.js';
import type { Structure } from './value.js';

export interface WireBody {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a service's answers are serialized. */
export interface Protocol {
  readonly contentType: string;
  /** The headers with the request id. */
  requestIdHeaders(requestId: string): Readonly<Record<string, string>>;
  /** Without output, there is no result element, or no body at all. */
  writeOutput(operation: string, output: Structure | undefined, requestId: string): WireBody;
  writeError(error: AwsError, requestId: string): WireBody;
}

/** The request id header of Query and JSON services. */
export function requestIdHeaders(requestId: string): Readonly<Record<string, string>> {
  return { 'x-amzn-requestid': requestId };
}
