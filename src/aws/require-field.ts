/** The parts of AWS's answers that nothing can go on without. */
import { RootsweepError } from '../errors.js';

/** What an answer leaves out is unknown, and neither nothing nor none (promise 4). */
export function requireField<T>(part: T | undefined, action: string, name: string): T {
  if (part !== undefined) return part;
  throw new RootsweepError('AWS_FAILED', `${action} answered without ${name}`, { hint: HINT });
}

/** For an answer that says what AWS's never do. */
export function unexpectedAnswer(action: string, what: string): RootsweepError {
  return new RootsweepError('AWS_FAILED', `${action} answered with ${what}`, { hint: HINT });
}

const HINT = 'try again; if it stays, check what AWS_ENDPOINT_URL leads to';
