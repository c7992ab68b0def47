/** One call to AWS, repeated as long as repeating can help. The SDK's own retries are off: they lose calls. */
import type { Clock } from '../core/clock.js';
import { classifyError } from './failures.js';
import type { Limiter } from './limiter.js';

const TRANSIENT_ATTEMPTS = 6;
const BUSY_ATTEMPTS = 6;
const SKEWED_ATTEMPTS = 2;
/** The longest wait that a server is granted, in ms: a proxy's "come back tomorrow" would hang the run. */
const LONGEST_RETRY_AFTER = 60_000;
/** Throttling fails a call only if it lasts as long as a root session does. */
const THROTTLED_FOR = 15 * 60 * 1000;

export interface Calls {
  /**
   * Sends, through the limiter if there is one, and repeats after throttling, transient failures and conflicts,
   * with full jitter and heeding Retry-After. Rejects with what the SDK rejected with.
   */
  readonly call: <T>(send: () => Promise<T>, limiter?: Limiter) => Promise<T>;
  /** The same for a call that must not be sent again once it may have had its effect: not after transient failures. */
  readonly callOnce: <T>(send: () => Promise<T>) => Promise<T>;
}

export function createCalls(clock: Clock): Calls {
  const backOff = (base: number, attempt: number, cap: number) =>
    clock.random() * Math.min(cap, base * 2 ** Math.min(attempt, 10));

  async function repeat<T>(
    send: () => Promise<T>,
    limiter: Limiter | undefined,
    transientAttempts: number,
  ): Promise<T> {
    const startedAt = clock.now().getTime();
    // Counted apart: a call that was throttled for long has not used up its attempts at anything else.
    const attempts = { throttled: 0, transient: 0, busy: 0, skewed: 0 };
    for (;;) {
      await limiter?.acquire();
      try {
        const result = await send();
        limiter?.succeeded();
        return result;
      } catch (error) {
        const failure = classifyError(error);
        const { kind } = failure;
        const retryAfter = Math.min(failure.retryAfter ?? 0, LONGEST_RETRY_AFTER);
        const elapsed = clock.now().getTime() - startedAt;
        if (kind === 'throttled' && elapsed < THROTTLED_FOR) {
          limiter?.throttled();
          await clock.sleep(Math.max(retryAfter, backOff(500, attempts.throttled++, 20_000)));
        } else if (kind === 'transient' && attempts.transient + 1 < transientAttempts) {
          await clock.sleep(Math.max(retryAfter, backOff(100, attempts.transient++, 5_000)));
        } else if (kind === 'busy' && attempts.busy + 1 < BUSY_ATTEMPTS) {
          await clock.sleep(Math.max(retryAfter, backOff(1_000, attempts.busy++, 20_000)));
        } else if (kind === 'skewed' && attempts.skewed + 1 < SKEWED_ATTEMPTS) {
          // AWS refused the signature, so that nothing has happened.
          attempts.skewed += 1;
        } else {
          throw error;
        }
      }
    }
  }

  return {
    call: (send, limiter) => repeat(send, limiter, TRANSIENT_ATTEMPTS),
    callOnce: (send) => repeat(send, undefined, 1),
  };
}
