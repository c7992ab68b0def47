/** Whether a run began no account that it should not have begun yet, or any more (promises 9 and 10). */
import type { Judge } from './judge.js';
import type { LedgerRecord } from './judge-ledger.js';
import type { Policy } from './policy.js';
import type { SimulatedProcess } from './simulated-process.js';
import { Violation } from './violation.js';

const DELETES = /^(?:Delete|Deactivate)/;

export function judgeRollout(
  process: SimulatedProcess,
  judge: Judge,
  { waves, stopAfterFailures }: Policy,
  lines: LedgerRecord['lines'] = [],
): Violation[] {
  const violations: Violation[] = [];
  const total = judge.plan.deleting.length;
  const targets = waves.map((wave) =>
    typeof wave === 'number' ? wave : Math.max(1, Math.floor((Number.parseInt(wave, 10) * total) / 100)),
  );
  const begun = judge.begun.filter((it) => it.process === process);
  for (const { account, done, running, failures, stopped } of begun) {
    if (stopped) violations.push(new Violation(9, `${account} is begun after the run was told to stop`));
    if (failures >= stopAfterFailures)
      violations.push(new Violation(10, `${account} is begun after ${failures} failures`));
    // What earlier runs say of themselves is no proof: only what this one has seen lets it go on.
    const target = targets.find((it) => it > done) ?? total;
    if (done + running + 1 > target) {
      violations.push(
        new Violation(10, `${account} is begun with ${done} accounts done and ${running} at work`),
      );
    }
  }
  const names = new Set(begun.map(({ account }) => account));
  for (const { account, outcome } of lines) {
    if (outcome.kind !== 'not-started' || !names.has(account)) continue;
    // A request to stop ends the reading of an account; where anything was to be deleted, it was begun.
    const asked = judge.callsOf(process).some((it) => it.account === account && DELETES.test(it.operation));
    if (asked || process.stoppedAfter === undefined)
      violations.push(new Violation(9, `${account} was begun and is said not to be`));
  }
  return violations;
}
