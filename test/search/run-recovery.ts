/** Tries one case of `recover` or `unlock`: plans, signs, applies under faults and kills, and then until all is settled. */
import { RecoveryJudge } from './judge-recovery.js';
import { PLAN } from './prepare.js';
import { planCommand, type Recovery } from './recovery.js';
import { APPLY, MINUTE, type Scene } from './scene.js';
import { signPlan } from './sign-plan.js';
import type { Fate } from './simulated-process.js';
import { raise, Violation } from './violation.js';

const PLANNING = [
  ...['--reason', 'locked out', '--policy', 'policy.yaml', '--out', PLAN, '--key', 'key.pem', '--json'],
];
const SETTLING_RUNS = 8;
const UNDISTURBED: Fate = { kind: 'none' };

/** @returns how many changes took effect. */
export async function runRecovery(scene: Scene, recovery: Recovery): Promise<number> {
  const { emulator, simulation, machines } = scene;
  const judge = new RecoveryJudge(emulator, recovery);
  const planned = await scene.run([...planCommand(recovery), ...PLANNING], judge);
  if (planned.exitCode !== 0 || judge.deeds > 0)
    throw new Violation(4, `${recovery.kind} exits with ${planned.exitCode}: ${planned.stderr}`);
  await signPlan(
    scene,
    { created: simulation.time, applicable: true, accounts: new Map(), deleting: [] },
    undefined,
  );
  const apply = async (fate: Fate) => {
    const process = scene.start(APPLY, machines[0], fate, judge);
    await simulation.drive(process.run());
    judge.judgeLedger(process);
    raise(judge.violations);
    simulation.advance(MINUTE);
    return process;
  };
  emulator.setFaults(recovery.faults);
  for (const [index, { fate }] of scene.case.runs.entries()) {
    const change = recovery.changes[index];
    const [first = ''] = judge.accounts;
    if (change !== undefined) {
      emulator.changeAccount(first, change);
      judge.changed.add(first);
    }
    await apply(fate);
  }
  emulator.setFaults([]);
  simulation.advance(10 * MINUTE);
  let last = await apply(UNDISTURBED);
  for (
    let runs = 1;
    ![0, 5].includes(last.exitCode ?? -1) && judge.changed.size + judge.deceived.size === 0;
    runs += 1
  ) {
    if (runs === SETTLING_RUNS) throw new Violation(7, `apply does not come to an end: ${last.stderr}`);
    last = await apply(UNDISTURBED);
  }
  judge.judgeEnd(last);
  raise(judge.violations);
  const before = judge.deeds;
  const again = await apply(UNDISTURBED);
  if (judge.deeds !== before) throw new Violation(7, 'a further run changes something');
  if (again.exitCode !== last.exitCode)
    throw new Violation(7, `a further run exits with ${again.exitCode} instead of ${last.exitCode}`);
  return before;
}
