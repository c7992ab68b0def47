/** Keeps calls below a rate, so that AWS has no reason to refuse them. */
import type { Clock } from '../core/clock.js';

export interface Rate {
  /** Calls a second, for good. */
  readonly perSecond: number;
  /** Calls at once after a pause. */
  readonly burst: number;
  /** For an API without a documented quota: the rate grows to at most this while nothing is throttled. */
  readonly growTo?: number;
}

const SECOND = 1000;

/** A token bucket that hands out the next free instant to each caller in turn. */
export class Limiter {
  #rate: number;
  readonly #start: Rate;
  readonly #clock: Pick<Clock, 'now' | 'sleep'>;
  /** When the bucket will be full again, in ms. */
  #fullAt = Number.NEGATIVE_INFINITY;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(rate: Rate, clock: Pick<Clock, 'now' | 'sleep'>) {
    this.#start = rate;
    this.#rate = rate.perSecond;
    this.#clock = clock;
  }

  /** Calls a second at the moment. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for this call's turn. */
  async acquire(): Promise<void> {
    const now = this.#clock.now().getTime();
    // A clock that was set back must not make everybody wait until it has caught up.
    if (now < this.#lastAt) this.#fullAt += now - this.#lastAt;
    this.#lastAt = now;
    const interval = SECOND / this.#rate;
    this.#fullAt = Math.max(this.#fullAt, now) + interval;
    const wait = this.#fullAt - now - this.#start.burst * interval;
    if (wait > 0) await this.#clock.sleep(wait);
  }

  /** A call went through: grow by the rate at the start for each second's worth of calls, if this limiter grows. */
  succeeded(): void {
    const { growTo, perSecond } = this.#start;
    if (growTo !== undefined) this.#rate = Math.min(growTo, this.#rate + perSecond / this.#rate);
  }

  /** A call was refused for its rate: halve it, once for each burst of refusals, and let the bucket run dry. */
  throttled(): void {
    const now = this.#clock.now().getTime();
    if (now - this.#slowedAt < SECOND) return;
    this.#slowedAt = now;
    if (this.#start.growTo !== undefined) this.#rate = Math.max(1, this.#rate / 2);
    this.#fullAt = Math.max(this.#fullAt, now + (this.#start.burst * SECOND) / this.#rate);
  }
}
