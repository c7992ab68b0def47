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
/** From this share of the rate at which AWS last refused a call, growth is slow. */
const NEAR = 0.85;
/** Growth a second: as a share of the rate before AWS ever refused, then of the rate at which it last did. */
const GROWTH = { free: 1, far: 1 / 4, near: 1 / 50 } as const;

/** A token bucket that hands out the next free instant to each caller in turn. */
export class Limiter {
  #rate: number;
  readonly #given: Rate;
  readonly #clock: Pick<Clock, 'now' | 'sleep'>;
  /** When the bucket will be full again, in ms. */
  #fullAt = Number.NEGATIVE_INFINITY;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;
  #waitedAt = Number.NEGATIVE_INFINITY;
  /** The rate at which AWS last refused a call. */
  #refusedAt: number | undefined;

  /** @param rate Infinity to call without a limit until AWS throttles, and at the given rate from then on. */
  constructor(given: Rate, clock: Pick<Clock, 'now' | 'sleep'>, rate = given.perSecond) {
    this.#given = given;
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Calls a second at the moment. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for this call's turn. */
  async acquire(): Promise<void> {
    const now = this.#now();
    // A clock that was set back must not make everybody wait until it has caught up.
    if (now < this.#lastAt) this.#fullAt += now - this.#lastAt;
    this.#lastAt = now;
    const interval = SECOND / this.#rate;
    this.#fullAt = Math.max(this.#fullAt, now) + interval;
    const wait = this.#fullAt - now - this.#given.burst * interval;
    if (wait <= 0) return;
    this.#waitedAt = now + wait;
    await this.#clock.sleep(wait);
  }

  /** A call went through: grow, if this limiter grows and has held calls up. A rate that nobody uses proves nothing. */
  succeeded(): void {
    const { growTo } = this.#given;
    if (growTo === undefined || this.#rate >= growTo || this.#now() - this.#waitedAt > SECOND) return;
    this.#rate = Math.min(growTo, this.#rate + this.#growth() / this.#rate);
  }

  /**
   * A call was refused for its rate: halve it, once for each burst of refusals, and let the bucket run dry.
   * @param retryAfter what AWS asked for, in ms: nobody calls before.
   */
  throttled(retryAfter = 0): void {
    const now = this.#now();
    const dryFor = (this.#given.burst * SECOND) / this.#slowDown(now);
    this.#fullAt = Math.max(this.#fullAt, now + retryAfter + dryFor);
  }

  #slowDown(now: number): number {
    if (now - this.#slowedAt < SECOND) return this.#rate;
    this.#slowedAt = now;
    if (this.#rate === Number.POSITIVE_INFINITY) this.#rate = this.#given.perSecond;
    else if (this.#given.growTo !== undefined) {
      this.#refusedAt = this.#rate;
      this.#rate = Math.max(1, this.#rate / 2);
    }
    return this.#rate;
  }

  /** Calls a second by which the rate grows in a second of calls. */
  #growth(): number {
    if (this.#refusedAt === undefined) return GROWTH.free * this.#rate;
    return (this.#rate < NEAR * this.#refusedAt ? GROWTH.far : GROWTH.near) * this.#refusedAt;
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
