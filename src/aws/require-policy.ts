/** Checks that an answer about a policy came from AWS and is complete. */
import type { Answered } from '../workflows/ports.js';
import { incomplete } from './explain-session.js';

/** An answer without a request id may not be from AWS. @throws RootAccessFailure */
export function requireReceipt(operation: string, requestId: string): Answered {
  if (requestId === 'none') throw incomplete(operation, 'the id of the request');
  return { requestId };
}

/** Requires a policy document. Anything else means unknown (promise 4). @throws RootAccessFailure */
export function requirePolicy(operation: string, text: string | undefined): string {
  if (text === undefined || !isObject(text)) throw incomplete(operation, 'a policy in JSON');
  return text;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
