import type { Clock } from '../../src/core/base/clock.js';
import { NOW } from './harness.js';

/** Time that passes only while somebody sleeps, and then at once. */
export function fastClock(now = NOW): Clock & { readonly slept: () => number } {
  const start = Date.parse(now);
  let at = start;
  return {
    now: () => new Date(at),
    sleep: async (milliseconds) => {
      at += milliseconds;
    },
    random: () => 0.5,
    slept: () => at - start,
  };
}
