/** What excuses a run that came short: only what befell it, at the account at which it did. */
import type { LoggedCall } from '../../src/emulator/call-log.js';
import { MANAGEMENT } from './accounts.js';
import { LONGEST_HIDDEN } from './faults.js';

/** One of these alone is no excuse: whoever calls again is answered. */
const PASSING = ['http-error', 'drop', 'no-answer', 'conflict', 'latency'];
/** Throttling ends sooner than anybody may give up; changes are judged by what they changed. */
const NO_EXCUSE = ['throttle', 'change-account', 'attach-policy'];

/**
 * Whether faults that struck the calls are reason enough for not knowing, or not managing, what they were for.
 * @param isStopped whether the run was asked to stop: it ends within the time of one call, and so calls no more again.
 */
export function areSpoilt(calls: readonly LoggedCall[], isStopped = false): boolean {
  const kinds = calls.flatMap(({ faults = [] }) => faults).filter((kind) => !NO_EXCUSE.includes(kind));
  return kinds.length > (isStopped ? 0 : 1) || kinds.some((kind) => !PASSING.includes(kind));
}

/** The calls about an account, and about the organization as a whole. */
export function callsAbout(account: string, calls: readonly LoggedCall[]): LoggedCall[] {
  return calls.filter((it) => it.account === account || it.account === MANAGEMENT);
}

/** Whether a deletion in an account, by whomever, may still have been hidden when the first of some calls was made. */
export function wasHidden(
  account: string,
  [first]: readonly LoggedCall[],
  all: readonly LoggedCall[],
): boolean {
  const since = Date.parse(first?.at ?? '') - LONGEST_HIDDEN;
  return all.some(
    (it) => it.account === account && it.faults?.includes('delayed-visibility') && Date.parse(it.at) > since,
  );
}
