/** Rollouts in waves (promise 10): how many accounts may be started before earlier ones are complete. */
import { isNamedKind } from '../action/plan-kind.js';
import type { Policy, Wave } from '../policy/policy.js';
import type { Plan } from './plan.js';

/** The waves of a rollout, when it stops, and its concurrency. */
export interface Rollout extends Readonly<Policy['rollout']> {
  /** The most accounts at the same time; absent if only the command line limits it. */
  readonly mostAtOnce?: number;
}

/** Accounts that the user named: one after the other, until one fails. */
const NAMED_ROLLOUT: Rollout = {
  waves: [{ kind: 'percent', value: 100 }],
  stopAfterFailures: 1,
  mostAtOnce: 1,
};

export function rolloutOf({ kind }: Pick<Plan, 'kind'>, policy: Pick<Policy, 'rollout'>): Rollout {
  return isNamedKind(kind) ? NAMED_ROLLOUT : policy.rollout;
}

export interface WaveStep {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** How many accounts are complete when the wave is. */
  readonly target: number;
}

/**
 * The current wave. An account counts once this run has seen all its planned results, whichever run caused them; another
 * account takes the place of one that drifted or failed.
 * @param total accounts in which the plan acts.
 * @param done how many of them are complete.
 * @returns undefined if all are.
 */
export function findWave(
  waves: Policy['rollout']['waves'],
  total: number,
  done: number,
): WaveStep | undefined {
  const targets: number[] = [];
  for (const wave of waves) {
    const target = targetOf(wave, total);
    // A percentage of a small organization that is no more than the wave before is not a wave of its own.
    if (target > (targets.at(-1) ?? 0)) targets.push(target);
  }
  const index = targets.findIndex((target) => target > done);
  const target = targets[index];
  return target === undefined ? undefined : { number: index + 1, of: targets.length, target };
}

/** Percentages are rounded down, to at least one account. */
function targetOf({ kind, value }: Wave, total: number): number {
  const accounts = kind === 'percent' ? Math.floor((value * total) / 100) : value;
  return Math.min(total, Math.max(1, accounts));
}
