/** The parts of an answer about a policy that make it one of AWS's. */
import type { Receipt } from '../workflows/ports.js';
import { incomplete } from './explain-session.js';

/** Without the id of the request, an answer may be anybody's. @throws RootAccessFailure */
export function requireReceipt(operation: string, requestId: string): Receipt {
  if (requestId === 'none') throw incomplete(operation, 'the id of the request');
  return { requestId };
}

/** The text of a policy. Whatever else came in its place tells nothing (promise 4). @throws RootAccessFailure */
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
