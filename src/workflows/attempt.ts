/** A question that may find no answer, where that is one finding among others and no reason to end. */

import { checkStop, isInterruption } from '../core/base/stop.js';
import type { Outcome } from '../core/doctor/prerequisite.js';
import { RootsweepError } from '../errors.js';

export type Attempt<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: RootsweepError };

/** Asks, unless somebody asked to stop. @throws RootsweepError INTERRUPTED; and whatever is a defect. */
export async function attempt<T>(stop: AbortSignal, read: () => Promise<T>): Promise<Attempt<T>> {
  checkStop(stop);
  try {
    return { kind: 'ok', value: await read() };
  } catch (error) {
    if (error instanceof RootsweepError && !isInterruption(error)) return { kind: 'failed', error };
    throw error;
  }
}

/** What could not be asked is unknown, and never fine (promise 4). */
export function unknown({ message, hint }: RootsweepError): Extract<Outcome, { kind: 'unknown' }> {
  return { kind: 'unknown', says: message, fix: { text: hint ?? 'try again' } };
}
