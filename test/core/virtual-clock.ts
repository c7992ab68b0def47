import type { Clock } from '../../src/core/base/clock.js';

/**
 * A clock on which waiting takes no time: whenever everything waits, it jumps to the next instant at which
 * something wakes.
 */
export class VirtualClock implements Clock {
  /** In ms. */
  time: number;
  /** What was slept, in ms, in the order in which it was asked for. */
  readonly sleeps: number[] = [];
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  readonly #random: number;

  /** @param random what `random` returns. */
  constructor(start: Date = new Date('2026-11-23T09:00:00Z'), random = 0.5) {
    this.time = start.getTime();
    this.#random = random;
  }

  readonly now = () => new Date(this.time);

  readonly random = () => this.#random;

  readonly sleep = (milliseconds: number): Promise<void> => {
    this.sleeps.push(milliseconds);
    return new Promise((wake) => {
      this.#sleepers.push({ at: this.time + milliseconds, wake });
      if (this.#sleepers.length === 1) setImmediate(this.#wakeNext);
    });
  };

  readonly #wakeNext = (): void => {
    this.#sleepers.sort((a, b) => a.at - b.at);
    const next = this.#sleepers.shift();
    if (next === undefined) return;
    this.time = Math.max(this.time, next.at);
    next.wake();
    if (this.#sleepers.length > 0) setImmediate(this.#wakeNext);
  };
}
