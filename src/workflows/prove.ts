/** Promise 8: done is what a look afterwards says, not what AWS answered when it was asked. */
import type { Clock } from '../core/base/clock.js';

/** AWS is eventually consistent: how long the state before may still be seen, in ms. */
export const PROVE_WITHIN = 60_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/** Looks until a look gives something; undefined where none did in time. */
export async function lookUntil<T>(clock: Clock, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = clock.now().getTime() + PROVE_WITHIN;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (clock.now().getTime() + pause > deadline) return undefined;
    await clock.sleep(pause);
  }
}
