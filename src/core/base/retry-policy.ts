/** How long to wait before a failed call is retried, and when to give up. */
import type { Clock } from './clock.js';

/** Why a retry may succeed: the call was throttled, got no answer, met another change, or was signed by a wrong clock. */
export type RetryableCause = 'throttled' | 'transient' | 'busy' | 'skewed';

/** Throttling ends a call only if it lasts as long as a root session, in ms. */
const THROTTLED_FOR = 15 * 60 * 1000;
/** Attempts in all, counted for each cause: long throttling does not use up the attempts for the others. */
const ATTEMPTS = { transient: 6, busy: 6, skewed: 2 } as const;
/** The longest wait that a server may ask for, in ms: a proxy's `Retry-After` of a day must not hang the run. */
export const LONGEST_RETRY_AFTER = 60_000;

/** The retries of one call, or of one privileged root action. */
export class RetryPolicy {
  readonly #clock: Pick<Clock, 'now' | 'random'>;
  readonly #startedAt: number;
  readonly #failures: Record<RetryableCause, number> = { throttled: 0, transient: 0, busy: 0, skewed: 0 };

  constructor(clock: Pick<Clock, 'now' | 'random'>) {
    this.#clock = clock;
    this.#startedAt = clock.now().getTime();
  }

  /**
   * Counts a failure.
   * @param retryAfter the wait that the server asked for, in ms.
   * @returns ms to wait before the next attempt, with full jitter; undefined to give up.
   */
  nextDelay(cause: RetryableCause, retryAfter = 0): number | undefined {
    const before = this.#failures[cause];
    this.#failures[cause] += 1;
    const isOver =
      cause === 'throttled'
        ? this.#clock.now().getTime() - this.#startedAt >= THROTTLED_FOR
        : before + 1 >= ATTEMPTS[cause];
    if (isOver) return undefined;
    return Math.max(Math.min(retryAfter, LONGEST_RETRY_AFTER), this.#backOff(cause, before));
  }

  #backOff(cause: RetryableCause, before: number): number {
    const jittered = (base: number, cap: number) =>
      this.#clock.random() * Math.min(cap, base * 2 ** Math.min(before, 10));
    switch (cause) {
      case 'throttled':
        return jittered(500, 20_000);
      case 'transient':
        return jittered(100, 5_000);
      case 'busy':
        return jittered(1_000, 20_000);
      case 'skewed':
        return 0;
    }
  }
}
