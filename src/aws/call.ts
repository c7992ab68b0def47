/** One call to AWS, repeated as long as repeating can help. The SDK's own retries are off: they lose calls. */
import type { Clock } from '../core/clock.js';
import { LONGEST_RETRY_AFTER, Patience, type Setback } from '../core/patience.js';
import type { Throttled } from '../core/throttled.js';
import { classifyError, type FailureKind } from './failures.js';
import { Limiter } from './limiter.js';
import type { Pace } from './pace.js';

export interface Calls {
  /**
   * Sends, through the limiter if there is one, and repeats after throttling, transient failures and conflicts,
   * with full jitter and heeding Retry-After. Rejects with what the SDK rejected with.
   */
  readonly call: <T>(send: () => Promise<T>, limiter?: Limiter) => Promise<T>;
  /**
   * Sends once: what must not be sent again without another look. Only a signature that AWS refused for its time is
   * made anew.
   */
  readonly callOnce: <T>(send: () => Promise<T>) => Promise<T>;
}

const REPEATED: readonly FailureKind[] = ['throttled', 'transient', 'busy', 'skewed'] satisfies Setback[];

/**
 * @param pace whose `maxRate` holds for all of these calls together.
 * @param onThrottled told of each answer that throttles, with the limiter of the call if it has one.
 */
export function createCalls(
  clock: Clock,
  { maxRate }: Pick<Pace, 'maxRate'> = {},
  onThrottled: (by: Throttled | undefined) => void = () => undefined,
): Calls {
  const overall = maxRate === undefined ? undefined : new Limiter({ perSecond: maxRate, burst: 1 }, clock);

  async function repeat<T>(
    send: () => Promise<T>,
    limiter: Limiter | undefined,
    repeated: readonly FailureKind[],
  ): Promise<T> {
    const patience = new Patience(clock);
    for (;;) {
      await limiter?.acquire();
      await overall?.acquire();
      try {
        const result = await send();
        limiter?.succeeded();
        return result;
      } catch (error) {
        const { kind, retryAfter } = classifyError(error);
        if (kind === 'throttled') {
          limiter?.throttled(Math.min(retryAfter ?? 0, LONGEST_RETRY_AFTER));
          onThrottled(limiter);
        }
        const pause = repeated.includes(kind) ? patience.after(kind as Setback, retryAfter) : undefined;
        if (pause === undefined) throw error;
        if (pause > 0) await clock.sleep(pause);
      }
    }
  }

  return {
    call: (send, limiter) => repeat(send, limiter, REPEATED),
    callOnce: (send) => repeat(send, undefined, ['skewed']),
  };
}
