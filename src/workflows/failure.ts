/** What to do after a call that failed and that cannot simply be made again. */
import type { RetryPolicy } from '../core/base/retry-policy.js';
import { RootAccessFailure } from './ports.js';

/** How long to wait before another look, in ms; undefined where waiting does not help. */
export function pauseAfter(error: unknown, retryPolicy: RetryPolicy): number | undefined {
  if (!(error instanceof RootAccessFailure) || error.retryable === undefined) return undefined;
  return retryPolicy.nextDelay(error.retryable, error.retryAfter);
}

/** Whether the call may have had its effect all the same. */
export function mayHaveHappened(error: unknown): boolean {
  return error instanceof RootAccessFailure && !error.refused;
}

/** What a journal says of it; without an id of the request where AWS gave none. */
export function describeFailedCall(error: RootAccessFailure): {
  readonly effect: 'none' | 'unknown';
  readonly message: string;
  readonly requestId?: string;
} {
  const { message, requestId } = error;
  return {
    effect: mayHaveHappened(error) ? 'unknown' : 'none',
    message,
    ...(requestId === undefined ? {} : { requestId }),
  };
}
