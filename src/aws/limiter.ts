/** Keeps calls below a rate, so that AWS has no reason to refuse them. */
import type { Clock } from '../core/clock.js';
import { type Stop, sleepUnlessStopped } from '../core/stop.js';

export interface Rate {
  /** Calls a second, for good. */
  readonly perSecond: number;
  /** Calls at once after a pause. */
  readonly burst: number;
  /** For an API without a documented quota: the rate grows to at most this while nothing is throttled. */
  readonly growTo?: number;
  /** The operation that it is for, as AWS names it. */
  readonly api?: string;
}

const SECOND = 1000;
/** Around the rate at which AWS last refused a call, as shares of it: there, growth is slow. */
const NEAR = { from: 0.85, to: 1.15 } as const;
/**
 * Growth a second: as a share of the rate before AWS ever refused, then of the rate at which it last did; and at least,
 * as a share of the rate at the start, so that refusals without a reason do not end in a standstill.
 */
const GROWTH = { free: 1, far: 1 / 4, near: 1 / 50 } as const;
const LEAST_GROWTH = { far: 1, near: 1 / 20 } as const;

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
  /** How often AWS refused calls, those of one second counted once. */
  #refusals = 0;
  /** The rate at which AWS last refused a call. */
  #refusedAt: number | undefined;

  /** @param rate Infinity to call without a limit until AWS throttles, and at the given rate from then on. */
  constructor(given: Rate, clock: Pick<Clock, 'now' | 'sleep'>, rate = given.perSecond) {
    this.#given = given;
    this.#rate = rate;
    this.#clock = clock;
  }

  get api(): string | undefined {
    return this.#given.api;
  }

  /** Calls a second at the moment. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for this call's turn. @throws RootsweepError INTERRUPTED */
  async acquire(stop?: Stop): Promise<void> {
    for (let turns: number | undefined; turns !== this.#refusals; ) {
      // Whoever waits while AWS refuses somebody else's call has to wait for a turn at the new rate.
      turns = this.#refusals;
      const wait = this.#takeTurn();
      if (wait <= 0) return;
      await sleepUnlessStopped(this.#clock, wait, stop);
    }
  }

  /** How long until the turn of one more call, in ms. */
  #takeTurn(): number {
    const now = this.#now();
    // A clock that was set back must not make everybody wait until it has caught up.
    if (now < this.#lastAt) this.#fullAt += now - this.#lastAt;
    this.#lastAt = now;
    const interval = SECOND / this.#rate;
    this.#fullAt = Math.max(this.#fullAt, now) + interval;
    const wait = this.#fullAt - now - this.#given.burst * interval;
    if (wait > 0) this.#waitedAt = now + wait;
    return wait;
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
    if (now - this.#slowedAt >= SECOND) {
      this.#slowedAt = now;
      this.#slowDown();
      // The turns that were given out count no more.
      this.#refusals += 1;
      this.#fullAt = now;
    }
    const dryFor = (this.#given.burst * SECOND) / this.#rate;
    this.#fullAt = Math.max(this.#fullAt, now + retryAfter + dryFor);
  }

  #slowDown(): void {
    if (this.#rate === Number.POSITIVE_INFINITY) this.#rate = this.#given.perSecond;
    else if (this.#given.growTo !== undefined) {
      this.#refusedAt = this.#rate;
      this.#rate = Math.max(1, this.#rate / 2);
    }
  }

  /** Calls a second by which the rate grows in a second of calls. */
  #growth(): number {
    if (this.#refusedAt === undefined) return GROWTH.free * this.#rate;
    const share = this.#rate / this.#refusedAt;
    const pace = share >= NEAR.from && share <= NEAR.to ? 'near' : 'far';
    return Math.max(GROWTH[pace] * this.#refusedAt, LEAST_GROWTH[pace] * this.#given.perSecond);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
