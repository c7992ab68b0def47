/** The progress of a command, from its events. Times are parameters, in ms. */
import { isDeletion } from '../../core/action/action.js';
import type { Throttled } from '../../core/base/throttled.js';
import type { ApplyEvent } from '../../workflows/apply.js';
import type { SurveyEvent } from '../../workflows/survey.js';

export type Phase =
  | 'verifying'
  | 'opening'
  | 'checking'
  | 'listing'
  | 'auditing'
  | 'comparing-tags'
  | 'signing'
  | 'applying';

export type ProgressEvent =
  | SurveyEvent
  | ApplyEvent
  /** One of the steps of a phase with a known number of steps. */
  | { readonly type: 'step-ended' }
  | { readonly type: 'call-throttled'; readonly by: Throttled | undefined }
  | { readonly type: 'stop-asked' };

export type Step = 'looking' | 'deleting' | 'changing' | 'proving';

export interface AtWork {
  readonly account: string;
  readonly name: string;
  readonly step: Step;
}

interface Sample {
  readonly at: number;
  readonly done: number;
}

export interface ProgressState {
  readonly phase: Phase;
  readonly since: number;
  readonly done: number;
  /** The number of steps or accounts known so far; absent if nothing is counted. */
  readonly known?: number;
  /** Whether `known` is final. */
  readonly complete: boolean;
  readonly wave?: { readonly number: number; readonly of: number };
  /** In the order in which they were started. */
  readonly atWork: readonly AtWork[];
  readonly throttled: number;
  readonly lastThrottled?: { readonly at: number; readonly by?: Throttled };
  readonly stopping: boolean;
  /** Progress about once a second, as far back as the rate needs. */
  readonly samples: readonly Sample[];
}

/** The time over which the rate is measured, in ms, and the minimum time for a rate. */
const RECENTLY = 15_000;
const SHORT = 3_000;
const SAMPLED_EVERY = 1_000;

/**
 * @param of the number of steps or accounts, if known.
 * @param before the previous phase, whose throttling and stop request still apply.
 */
export function beginPhase(phase: Phase, now: number, of?: number, before?: ProgressState): ProgressState {
  return {
    phase,
    since: now,
    done: 0,
    ...(of === undefined ? {} : { known: of }),
    complete: of !== undefined,
    atWork: [],
    throttled: before?.throttled ?? 0,
    ...(before?.lastThrottled === undefined ? {} : { lastThrottled: before.lastThrottled }),
    stopping: before?.stopping ?? false,
    samples: [{ at: now, done: 0 }],
  };
}

export function foldProgress(state: ProgressState, event: ProgressEvent, now: number): ProgressState {
  switch (event.type) {
    case 'accounts-listed':
      return { ...state, known: event.accounts, complete: event.complete };
    case 'account-audited':
    case 'account-left-out':
    case 'step-ended':
      return count(state, state.done + 1, now);
    case 'tags-read': {
      const same = state.phase === 'comparing-tags';
      return count(same ? state : beginPhase('comparing-tags', now, event.of, state), event.accounts, now);
    }
    case 'wave-started':
      return {
        ...state,
        wave: { number: event.wave, of: event.of },
        // The rate starts again, because a wave works on more accounts at a time than the one before.
        samples: [{ at: now, done: state.done }],
      };
    case 'wave-ended':
      return state;
    case 'account-started':
      return {
        ...state,
        atWork: [...state.atWork, { account: event.account, name: event.name, step: 'looking' }],
      };
    case 'action-started':
      return step(state, event.account, isDeletion(event.action.kind) ? 'deleting' : 'changing');
    case 'proof-started':
      return step(state, event.account, 'proving');
    case 'action-proven':
      return step(state, event.account, 'looking');
    case 'account-ended': {
      const atWork = state.atWork.filter(({ account }) => account !== event.account);
      return count({ ...state, atWork }, state.done + 1, now);
    }
    case 'call-throttled': {
      const by = event.by ?? state.lastThrottled?.by;
      return {
        ...state,
        throttled: state.throttled + 1,
        lastThrottled: { at: now, ...(by === undefined ? {} : { by }) },
      };
    }
    case 'stop-asked':
      return { ...state, stopping: true };
  }
}

function step(state: ProgressState, account: string, to: Step): ProgressState {
  return {
    ...state,
    atWork: state.atWork.map((it) => (it.account === account ? { ...it, step: to } : it)),
  };
}

function count(state: ProgressState, done: number, now: number): ProgressState {
  const { samples } = state;
  // The last sample is always the newest, so that a stalled command shows no progress.
  const before = samples.at(-2);
  const isClose = before !== undefined && now - before.at <= SAMPLED_EVERY;
  const oldest = Math.max(
    0,
    samples.findLastIndex(({ at }) => at <= now - RECENTLY),
  );
  const kept = samples.slice(oldest, isClose ? -1 : undefined);
  return { ...state, done, samples: [...kept, { at: now, done }] };
}

/** The recent rate per second; undefined if it is not known yet. */
export function measureRate(state: ProgressState, now: number): number | undefined {
  const from = findEarlier(state, now);
  if (from === undefined) return undefined;
  const done = state.done - from.done;
  // Nothing done so far is no rate yet; nothing done for a long time is a rate of 0.
  return now - from.at < (done === 0 ? RECENTLY : SHORT) ? undefined : (done * 1000) / (now - from.at);
}

function findEarlier({ samples }: ProgressState, now: number): Sample | undefined {
  return samples.findLast(({ at }) => at <= now - RECENTLY) ?? samples[0];
}

/** The estimated time left at the recent rate, in ms; undefined if unknown. */
export function estimateRest(state: ProgressState, now: number): number | undefined {
  const { known, complete, done, stopping, atWork } = state;
  const rate = measureRate(state, now);
  if (known === undefined || !complete || stopping || rate === undefined || rate === 0) return undefined;
  // Accounts started together end at about the same time; before then, the measured rate is too low.
  if (done - (findEarlier(state, now)?.done ?? 0) < atWork.length) return undefined;
  return known > done ? ((known - done) * 1000) / rate : undefined;
}
