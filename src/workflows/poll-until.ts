/** Promise 8: an action counts as done when AWS shows its result, not when AWS accepts the request. */
import type { Clock } from '../core/base/clock.js';

/** AWS is eventually consistent: how long it may still show the state before the change, in ms. */
export const POLL_TIMEOUT = 60_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5_000;

/** Reads until a read returns a value; undefined if none did within `POLL_TIMEOUT`. */
export async function pollUntil<T>(clock: Clock, read: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = clock.now().getTime() + POLL_TIMEOUT;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const seen = await read();
    if (seen !== undefined) return seen;
    if (clock.now().getTime() + pause > deadline) return undefined;
    await clock.sleep(pause);
  }
}
