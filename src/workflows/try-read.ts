/** Reads whose failure is one finding among others, and does not end the command. */
import { checkStop, isInterruption } from '../core/base/stop.js';
import type { Outcome } from '../core/doctor/prerequisite.js';
import { RootsweepError } from '../errors.js';

export type ReadResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: RootsweepError };

/** @throws RootsweepError INTERRUPTED once the user asked to stop; any error that is not a RootsweepError. */
export async function tryRead<T>(stop: AbortSignal, read: () => Promise<T>): Promise<ReadResult<T>> {
  checkStop(stop);
  try {
    return { kind: 'ok', value: await read() };
  } catch (error) {
    if (error instanceof RootsweepError && !isInterruption(error)) return { kind: 'failed', error };
    throw error;
  }
}

/** A prerequisite that could not be read is unknown, never fine (promise 4). */
export function unknownOutcome({ message, hint }: RootsweepError): Extract<Outcome, { kind: 'unknown' }> {
  return { kind: 'unknown', says: message, fix: { text: hint ?? 'try again' } };
}
