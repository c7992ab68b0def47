/** Whether a plan is what the policy makes of the organization as it was (promises 1, 4, 5 and 6). */
import type { Emulator } from '../../src/emulator/emulator.js';
import { MANAGEMENT } from './accounts.js';
import type { Case } from './case.js';
import { areSpoilt, callsAbout } from './excuses.js';
import { decide, isApplicable } from './oracle.js';
import { describeHoldings, isSame, type PlannedState } from './planned-state.js';
import { Violation } from './violation.js';

/** @param now when the plan was made, in seconds. */
export function judgePlan(
  plan: PlannedState,
  emulator: Emulator,
  { accounts, policy }: Case,
  exitCode: number | undefined,
  now: number,
): Violation[] {
  const violations: Violation[] = [];
  const all = [{ id: MANAGEMENT }, ...accounts];
  for (const account of all) {
    const { id } = account;
    const entry = plan.accounts.get(id);
    const violate = (promise: number, sentence: string) =>
      violations.push(new Violation(promise, `the plan ${sentence} account ${id}`));
    if (entry === undefined) {
      violate(4, 'leaves out');
      continue;
    }
    const holdings = describeHoldings(emulator.account(id));
    const { decision, actions } = decide(policy, account, holdings, now);
    const isAudited = decision !== 'excluded' && decision !== 'not-active';
    if (entry.decision === 'unknown' && isAudited && areSpoilt(callsAbout(id, emulator.calls))) {
      if (entry.actions.length > 0) violate(4, `deletes ${entry.actions} in unknown`);
      continue;
    }
    if (entry.decision !== decision) violate(1, `says "${entry.decision}" instead of "${decision}" of`);
    if (entry.actions.join() !== actions.join())
      violate(1, `deletes ${entry.actions} instead of ${actions} in`);
    if (isAudited && !isSame(entry.observed, holdings)) violate(4, 'misses or makes up credentials of');
  }
  if (plan.accounts.size !== all.length) violations.push(new Violation(4, 'the plan makes up accounts'));
  const applicable = isApplicable(
    policy,
    [...plan.accounts.values()].map(({ decision }) => decision),
    [{ id: MANAGEMENT, name: 'management' }, ...accounts],
  );
  if (plan.applicable !== applicable || exitCode !== (applicable ? 0 : 3)) {
    const sentence = `plan exits with ${exitCode} and writes applicable: ${plan.applicable}`;
    violations.push(new Violation(4, `${sentence} instead of ${applicable}`));
  }
  return violations;
}

/** Whether there is a reason for a `plan` that wrote none: nothing to look at, or an organization that does not answer. */
export function judgeNoPlan(
  emulator: Emulator,
  { accounts, policy }: Case,
  exitCode: number | undefined,
  stderr: string,
): Violation[] {
  const selectsNothing = accounts.every((account) =>
    ['excluded', 'not-active'].includes(decide(policy, account, new Map(), 0).decision),
  );
  const isExcused =
    selectsNothing || areSpoilt(emulator.calls.filter(({ service }) => service === 'organizations'));
  if (exitCode === 1 && isExcused) return [];
  return [new Violation(4, `plan exits with ${exitCode}, and nothing went wrong: ${stderr}`)];
}
