/** Keeps calls below a rate, so that AWS does not throttle them. */
import type { Clock } from '../core/base/clock.js';
import { type Stop, unlessStopped } from '../core/base/stop.js';

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

/** After throttling: a share of what AWS let through in the last second, and of the rate, at least. */
const BELOW_ALLOWED = 0.9;
const LEAST_KEPT = 1 / 8;

/** A token bucket. Calls that wait go in the order in which they came, at whatever rate holds when their turn comes. */
export class Limiter {
  #rate: number;
  readonly #given: Rate;
  readonly #clock: Pick<Clock, 'now' | 'sleep'>;
  /** Calls that may go at once; fractions of one grow with time. */
  #tokens: number;
  /** When the tokens were last counted, in ms since the epoch. */
  #countedAt: number;
  /** Nothing goes, and no token grows, before this time, in ms since the epoch. */
  #heldUntil = Number.NEGATIVE_INFINITY;
  /** For each waiting call, in the order of arrival: lets it go. */
  readonly #queue = new Set<() => void>();
  /** Ends the sleep of the loop that empties the queue. */
  #wake = new AbortController();
  #isServing = false;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #waitedAt = Number.NEGATIVE_INFINITY;
  /** The rate that AWS is believed to allow, from when it last throttled. */
  #refusedAt: number | undefined;
  /** When the calls of the last second succeeded, in ms since the epoch; of a limiter that grows. */
  readonly #succeededAt: number[] = [];

  /** @param rate the initial rate. Infinity means no limit until AWS throttles, then the given rate. */
  constructor(given: Rate, clock: Pick<Clock, 'now' | 'sleep'>, rate = given.perSecond) {
    this.#given = given;
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = given.burst;
    this.#countedAt = this.#now();
  }

  get api(): string | undefined {
    return this.#given.api;
  }

  /** The current rate in calls per second. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits until the call may go. @throws RootsweepError INTERRUPTED */
  async acquire(stop?: Stop): Promise<void> {
    if (this.#queue.size === 0 && this.#take()) return;
    let leave = () => {};
    const turn = new Promise<void>((go) => {
      this.#queue.add(go);
      leave = () => this.#leave(go);
    });
    if (!this.#isServing) void this.#serve();
    try {
      await unlessStopped(turn, stop);
    } finally {
      leave();
    }
  }

  #leave(go: () => void): void {
    this.#queue.delete(go);
    // No call is waiting any more, so no timer may stay.
    if (this.#queue.size === 0) this.#wake.abort();
  }

  /** Empties the queue. Never rejects. */
  async #serve(): Promise<void> {
    this.#isServing = true;
    for (let [go] = this.#queue; go !== undefined; [go] = this.#queue) {
      if (this.#take()) {
        this.#waitedAt = this.#now();
        this.#queue.delete(go);
        go();
      } else {
        this.#wake = new AbortController();
        await this.#clock.sleep(this.#untilNext(), this.#wake.signal);
      }
    }
    this.#isServing = false;
  }

  #take(): boolean {
    if (this.#rate === Number.POSITIVE_INFINITY) return true;
    this.#count();
    // Whole calls, whatever fractions add up to.
    if (this.#now() < this.#heldUntil || this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Adds the tokens that have grown since they were last counted, at the rate that held until now. */
  #count(): void {
    const now = this.#now();
    // If the clock was set back, calls do not wait for it to catch up.
    if (now < this.#countedAt) this.#heldUntil += now - this.#countedAt;
    const since = Math.max(0, now - Math.max(this.#countedAt, this.#heldUntil));
    this.#countedAt = now;
    if (this.#rate !== Number.POSITIVE_INFINITY) {
      this.#tokens = Math.min(this.#given.burst, this.#tokens + (since * this.#rate) / SECOND);
    }
  }

  /** In ms, at least 1. */
  #untilNext(): number {
    const held = Math.max(0, this.#heldUntil - this.#now());
    return Math.max(1, Math.ceil(held + ((1 - this.#tokens) * SECOND) / this.#rate));
  }

  /**
   * A call succeeded: increase the rate if this limiter may grow and calls had to wait within the last second. An unused
   * rate proves nothing.
   */
  succeeded(): void {
    const { growTo } = this.#given;
    if (growTo === undefined) return;
    this.#succeededAt.push(this.#now());
    this.#countSucceeded();
    if (this.#rate >= growTo) return;
    if (this.#queue.size === 0 && this.#now() - this.#waitedAt > SECOND) return;
    this.#count();
    this.#rate = Math.min(growTo, this.#rate + this.#growth() / this.#rate);
  }

  /**
   * A call was throttled: slow down to half the rate or to what AWS let through in the last second, whichever is less, once
   * per burst of refusals, and empty the bucket.
   * @param retryAfter the delay that AWS requested, in ms. No call starts earlier.
   */
  throttled(retryAfter = 0): void {
    const now = this.#now();
    this.#count();
    if (now - this.#slowedAt >= SECOND) {
      this.#slowedAt = now;
      this.#slowDown();
    }
    this.#tokens = 0;
    this.#heldUntil = Math.max(this.#heldUntil, now + retryAfter);
  }

  #slowDown(): void {
    if (this.#rate === Number.POSITIVE_INFINITY) this.#rate = this.#given.perSecond;
    else if (this.#given.growTo !== undefined) {
      // What AWS let through lately is near what it allows. No success at all may have other causes: then only halve.
      const succeeded = this.#countSucceeded();
      const allowed = succeeded === 0 ? this.#rate : Math.max(succeeded, this.#rate * LEAST_KEPT);
      this.#refusedAt = Math.min(this.#rate, allowed);
      this.#rate = Math.max(1, Math.min(this.#rate / 2, allowed * BELOW_ALLOWED));
    }
  }

  /** How many calls succeeded within the last second. */
  #countSucceeded(): number {
    const since = this.#now() - SECOND;
    const first = this.#succeededAt.findIndex((at) => at >= since);
    this.#succeededAt.splice(0, first < 0 ? this.#succeededAt.length : first);
    return this.#succeededAt.length;
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
