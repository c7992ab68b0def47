/** Checks fields of AWS's answers that are required. */
import { RootsweepError } from '../errors.js';

/** A missing field means unknown, not empty (promise 4). */
export function requireField<T>(part: T | undefined, action: string, name: string): T {
  if (part !== undefined) return part;
  throw new RootsweepError('AWS_FAILED', `${action} answered without ${name}`, { hint: HINT });
}

/** The error for an answer that AWS would not give. */
export function unexpectedAnswer(action: string, what: string): RootsweepError {
  return new RootsweepError('AWS_FAILED', `${action} answered with ${what}`, { hint: HINT });
}

const HINT = 'try again; if it stays, check what AWS_ENDPOINT_URL leads to';
