/** Small first (promise 10): how far a rollout may go before it has proved itself. */

import { isNamedKind } from '../action/plan-kind.js';
import type { Policy, Wave } from '../policy/policy.js';
import type { Plan } from './plan.js';

/** How a plan is rolled out: in which waves, when it stops, and how many accounts are worked on at the same time. */
export interface Rollout extends Readonly<Policy['rollout']> {
  /** Absent where only the command line limits it. */
  readonly mostAtOnce?: number;
}

/** The accounts that a user named: one after the other, up to the first that fails. */
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
  /** So many accounts are done when the wave is. */
  readonly target: number;
}

/**
 * The wave that a rollout is in. Accounts count once this run has seen that everything planned in them is gone,
 * whichever run deleted it: one that drifted or failed proves nothing, and another takes its place.
 * @param total accounts in which the plan deletes something.
 * @param done those of them that are complete.
 * @returns undefined where all are.
 */
export function findWave(
  waves: Policy['rollout']['waves'],
  total: number,
  done: number,
): WaveStep | undefined {
  const targets: number[] = [];
  for (const wave of waves) {
    const target = targetOf(wave, total);
    // A share of a small organization can be less than the number before it, and is no wave of its own then.
    if (target > (targets.at(-1) ?? 0)) targets.push(target);
  }
  const index = targets.findIndex((target) => target > done);
  const target = targets[index];
  return target === undefined ? undefined : { number: index + 1, of: targets.length, target };
}

const TARGETS: Readonly<Record<Wave['kind'], (value: number, total: number) => number>> = {
  accounts: (value) => value,
  percent: (value, total) => Math.floor((value * total) / 100),
};

/** A share is rounded down, to no less than one account. */
function targetOf({ kind, value }: Wave, total: number): number {
  return Math.min(total, Math.max(1, TARGETS[kind](value, total)));
}
