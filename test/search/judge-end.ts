/** What must be true when all is over. */
import type { Emulator } from '../../src/emulator/emulator.js';
import type { Judge } from './judge.js';
import { describeHoldings } from './planned-state.js';
import type { SimulatedProcess } from './simulated-process.js';
import { Violation } from './violation.js';

/** A refused `apply`: one of these exit codes, and nothing deleted. */
export function judgeNothingDone(
  judge: Judge,
  processes: readonly SimulatedProcess[],
  exitCodes: readonly number[],
): Violation[] {
  const violations = [...judge.violations];
  if (judge.deeds.length > 0)
    violations.push(new Violation(2, 'a plan that must be refused deletes something'));
  for (const { exitCode, stderr } of processes) {
    if (!exitCodes.includes(exitCode ?? -1)) {
      violations.push(new Violation(2, `a plan that must be refused exits with ${exitCode}: ${stderr}`));
    }
  }
  return violations;
}

/**
 * After the faults have ended and `apply` has run to its end: accounts that nobody else touched have lost what was
 * planned, and nothing more.
 */
export function judgeConvergence(judge: Judge, last: SimulatedProcess, emulator: Emulator): Violation[] {
  const violations: Violation[] = [];
  const changed = new Set(judge.changed);
  for (const { process, account } of judge.deeds) {
    if (process.options.machine !== last.options.machine) changed.add(account);
  }
  const isRefused = last.exitCode === 4 && judge.refusals.reasonFor(last) !== undefined;
  for (const planned of judge.plan.deleting) {
    if (changed.has(planned.id)) continue;
    const left = describeHoldings(emulator.account(planned.id));
    const present = planned.actions.filter((name) => left.has(name));
    if (present.length > 0 && !isRefused)
      violations.push(new Violation(7, `in the end ${planned.id} still has ${present}`));
    const kept = [...planned.observed.keys()].filter((name) => !planned.actions.includes(name));
    const lost = kept.filter((name) => !left.has(name));
    if (lost.length > 0) violations.push(new Violation(1, `in the end ${planned.id} has lost ${lost}`));
  }
  const untouched = judge.plan.deleting.every(({ id }) => !changed.has(id));
  if (untouched && last.exitCode !== 0 && !isRefused) {
    violations.push(new Violation(7, `in the end apply exits with ${last.exitCode}: ${last.stderr}`));
  }
  return violations;
}
