/** Keeps calls below a rate, so that AWS does not throttle them. */
import type { Clock } from '../core/base/clock.js';
import { type Stop, sleepUnlessStopped } from '../core/base/stop.js';

export interface Rate {
  /** Calls per second, sustained. */
  readonly perSecond: number;
  /** Calls that may be sent at once after a pause. */
  readonly burst: number;
  /** For an API without a documented quota: the maximum to which the rate grows while nothing is throttled. */
  readonly growTo?: number;
  /** The AWS name of the operation. */
  readonly api?: string;
}

const SECOND = 1000;
/** A range around the rate at which AWS last throttled, as shares of it. Growth is slow within it. */
const NEAR = { from: 0.85, to: 1.15 } as const;
/**
 * Growth per second. Before the first throttling, it is a share of the current rate; afterwards, a share of the rate at
 * which AWS last throttled, but at least a share of the initial rate, so that unjustified throttling cannot stop all
 * calls.
 */
const GROWTH = { free: 1, far: 1 / 4, near: 1 / 50 } as const;
const LEAST_GROWTH = { far: 1, near: 1 / 20 } as const;

/** A token bucket that gives each caller the next free slot, in order. */
export class Limiter {
  #rate: number;
  readonly #given: Rate;
  readonly #clock: Pick<Clock, 'now' | 'sleep'>;
  /** When the bucket will be full again, in ms since the epoch. */
  #fullAt = Number.NEGATIVE_INFINITY;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;
  #waitedAt = Number.NEGATIVE_INFINITY;
  /** How often AWS throttled; several times within a second count once. */
  #refusals = 0;
  /** The rate at which AWS last throttled. */
  #refusedAt: number | undefined;

  /** @param rate the initial rate. Infinity means no limit until AWS throttles, then the given rate. */
  constructor(given: Rate, clock: Pick<Clock, 'now' | 'sleep'>, rate = given.perSecond) {
    this.#given = given;
    this.#rate = rate;
    this.#clock = clock;
  }

  get api(): string | undefined {
    return this.#given.api;
  }

  /** The current rate in calls per second. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for a free slot. @throws RootsweepError INTERRUPTED */
  async acquire(stop?: Stop): Promise<void> {
    for (let turns: number | undefined; turns !== this.#refusals; ) {
      // If AWS throttles during the wait, take a new slot at the new rate.
      turns = this.#refusals;
      const wait = this.#takeTurn();
      if (wait <= 0) return;
      await sleepUnlessStopped(this.#clock, wait, stop);
    }
  }

  /** Reserves the next slot and returns the wait until it, in ms. */
  #takeTurn(): number {
    const now = this.#now();
    // If the clock was set back, shift the schedule so that callers do not wait for it to catch up.
    if (now < this.#lastAt) this.#fullAt += now - this.#lastAt;
    this.#lastAt = now;
    const interval = SECOND / this.#rate;
    this.#fullAt = Math.max(this.#fullAt, now) + interval;
    const wait = this.#fullAt - now - this.#given.burst * interval;
    if (wait > 0) this.#waitedAt = now + wait;
    return wait;
  }

  /**
   * A call succeeded: increase the rate if this limiter may grow and recently made calls wait. An unused rate proves
   * nothing.
   */
  succeeded(): void {
    const { growTo } = this.#given;
    if (growTo === undefined || this.#rate >= growTo || this.#now() - this.#waitedAt > SECOND) return;
    this.#rate = Math.min(growTo, this.#rate + this.#growth() / this.#rate);
  }

  /**
   * A call was throttled: halve the rate, once per burst of refusals, and empty the bucket.
   * @param retryAfter the delay that AWS requested, in ms. No call starts earlier.
   */
  throttled(retryAfter = 0): void {
    const now = this.#now();
    if (now - this.#slowedAt >= SECOND) {
      this.#slowedAt = now;
      this.#slowDown();
      // Slots already reserved are no longer valid.
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

  /** How much the rate grows within a second of calls, in calls per second. */
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
