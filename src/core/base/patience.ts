/** How long to wait before a call is made again, and when to stop trying. */
import type { Clock } from './clock.js';

/** What can pass: too many calls, no answer, another change under way, a signature of another time. */
export type Setback = 'throttled' | 'transient' | 'busy' | 'skewed';

/** Throttling ends a call only if it lasts as long as a root session does. */
const THROTTLED_FOR = 15 * 60 * 1000;
/** Attempts in all. Counted apart: a call that was throttled for long has not used up its attempts at anything else. */
const ATTEMPTS = { transient: 6, busy: 6, skewed: 2 } as const;
/** The longest wait that a server is granted, in ms: a proxy's "come back tomorrow" would hang the run. */
export const LONGEST_RETRY_AFTER = 60_000;

/** The patience that one call, or one deletion, deserves. */
export class Patience {
  readonly #clock: Pick<Clock, 'now' | 'random'>;
  readonly #startedAt: number;
  readonly #setbacks: Record<Setback, number> = { throttled: 0, transient: 0, busy: 0, skewed: 0 };

  constructor(clock: Pick<Clock, 'now' | 'random'>) {
    this.#clock = clock;
    this.#startedAt = clock.now().getTime();
  }

  /**
   * @param retryAfter what the server asked for, in ms.
   * @returns ms to wait, with full jitter; undefined where it is time to give up.
   */
  after(setback: Setback, retryAfter = 0): number | undefined {
    const before = this.#setbacks[setback];
    this.#setbacks[setback] += 1;
    const isOver =
      setback === 'throttled'
        ? this.#clock.now().getTime() - this.#startedAt >= THROTTLED_FOR
        : before + 1 >= ATTEMPTS[setback];
    if (isOver) return undefined;
    return Math.max(Math.min(retryAfter, LONGEST_RETRY_AFTER), this.#backOff(setback, before));
  }

  #backOff(setback: Setback, before: number): number {
    const jittered = (base: number, cap: number) =>
      this.#clock.random() * Math.min(cap, base * 2 ** Math.min(before, 10));
    switch (setback) {
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
