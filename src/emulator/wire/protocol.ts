import type { AwsError } from '../aws-error.js';
import type { Structure } from './value.js';

export interface WireBody {
  readonly status: number;
  readonly body: string;
}

/** How one service's answers look on the wire. */
export interface Protocol {
  readonly contentType: string;
  /** An operation without output has no result element, or no body at all. */
  writeOutput(operation: string, output: Structure | undefined, requestId: string): WireBody;
  writeError(error: AwsError, requestId: string): WireBody;
}
