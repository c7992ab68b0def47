/** How to continue after a failed call that must not simply be repeated. */
import { defined } from '../core/base/defined.js';
import type { RetryPolicy } from '../core/base/retry-policy.js';
import { RootAccessFailure } from './ports.js';

/** How long to wait before the account is observed again, in ms; undefined if waiting does not help. */
export function pauseAfter(error: unknown, retryPolicy: RetryPolicy): number | undefined {
  if (!(error instanceof RootAccessFailure) || error.retryable === undefined) return undefined;
  return retryPolicy.nextDelay(error.retryable, error.retryAfter);
}

/** Whether the call may have taken effect in spite of the error. */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof RootAccessFailure && !error.refused;
}

/** The fields of a journal record about the call; without the id of the request if AWS returned none. */
export function describeFailedCall(error: RootAccessFailure) {
  const { message, requestId } = error;
  return defined({ effect: mayHaveHappened(error) ? 'unknown' : 'none', message, requestId });
}
