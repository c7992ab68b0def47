/** Whether a plan tells the truth about the organization as it was when it was made (promises 4 and 5). */
import type { Emulator } from '../../src/emulator/emulator.js';
import { Violation } from './judge.js';
import { describeHoldings, type PlannedState } from './planned-state.js';

/** @param faulty whether anything went wrong while the plan was made. */
export function judgePlan(
  plan: PlannedState,
  emulator: Emulator,
  exitCode: number | undefined,
  faulty: boolean,
): Violation[] {
  const violations: Violation[] = [];
  const management = emulator.world.organization.managementAccount;
  for (const account of emulator.world.listing) {
    const entry = plan.accounts.get(account.id);
    const holdings = describeHoldings(account);
    const violate = (promise: number, sentence: string) =>
      violations.push(new Violation(promise, `the plan ${sentence} ${account.id}`));
    if (entry === undefined) {
      violate(4, 'leaves out account');
      continue;
    }
    if (entry.decision === 'clean' && holdings.size > 0) violate(4, 'calls clean account');
    if (entry.decision === 'unknown' && !faulty) violate(4, 'calls unknown account');
    if (entry.decision !== 'delete') {
      if (entry.actions.length > 0) violate(1, `says "${entry.decision}" and has actions in account`);
      continue;
    }
    if (account.id === management) violate(5, 'deletes in the management account');
    if (account.state !== 'ACTIVE') violate(5, `deletes in the ${account.state} account`);
    const same = [...holdings].every(([name, it]) => entry.observed.get(name) === it);
    if (!same || entry.observed.size !== holdings.size)
      violate(4, 'misses or makes up credentials of account');
  }
  if ((exitCode === 0) !== plan.applicable) {
    violations.push(
      new Violation(4, `plan exits with ${exitCode} and writes applicable: ${plan.applicable}`),
    );
  }
  return violations;
}
