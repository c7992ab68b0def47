/** The user's request to stop (promise 9), and waits that end with it. */
import { RootsweepError } from '../../errors.js';
import type { Clock } from './clock.js';

export interface Stop {
  /** Aborted when the user asks to stop. */
  readonly signal: AbortSignal;
  /** The message of the error: `interrupted; nothing was written`. */
  readonly says: string;
}

const NOTHING_CHANGED = 'interrupted; nothing was changed';

/** @throws RootsweepError INTERRUPTED */
export function checkStop(stop: AbortSignal, says = NOTHING_CHANGED): void {
  if (stop.aborted) throw new RootsweepError('INTERRUPTED', says);
}

export function isInterruption(error: unknown): boolean {
  return error instanceof RootsweepError && error.code === 'INTERRUPTED';
}

/**
 * The result of the work, or an error as soon as the user asks to stop; the work itself is not cancelled.
 * @throws RootsweepError INTERRUPTED
 */
export function unlessStopped<T>(work: Promise<T>, stop: Stop | undefined): Promise<T> {
  if (stop === undefined) return work;
  const { signal, says } = stop;
  return new Promise((resolve, reject) => {
    const end = () => reject(new RootsweepError('INTERRUPTED', says));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}

/** Sleeps until the time is over or the user asks to stop. @throws RootsweepError INTERRUPTED */
export function sleepUnlessStopped(
  clock: Pick<Clock, 'sleep'>,
  milliseconds: number,
  stop: Stop | undefined,
): Promise<void> {
  return unlessStopped(clock.sleep(milliseconds, stop?.signal), stop);
}
