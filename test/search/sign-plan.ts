/** The signatures that a case demands beside the planner's: an approver's, and that of a witness who runs `witness`. */
import type { Lie } from './case.js';
import { formatTime } from './forge-signatures.js';
import { isRefusedOffline } from './lying-plan.js';
import type { PlannedState } from './planned-state.js';
import { PLAN } from './prepare.js';
import { APPLY, NOBODY, REVIEW, type Scene } from './scene.js';
import type { SimulatedProcess } from './simulated-process.js';
import { cosign } from './trust.js';
import { Violation } from './violation.js';

const WITNESS = ['witness', PLAN, '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--json'];

/**
 * Signs as an approver who was deceived, and has a witness look. A plan that the witness must not sign is signed in the
 * end by one who looked at nothing: what is then left is for `apply` to find.
 */
export async function signPlan(scene: Scene, plan: PlannedState, lie: Lie | undefined): Promise<void> {
  const { workplace, simulation, emulator } = scene;
  const { approver, witness } = scene.case.trust;
  simulation.advance(REVIEW);
  const sign = (as: 'approver' | 'witness') => {
    const roles = { approver: as === 'approver', witness: as === 'witness' };
    scene.write(PLAN, cosign(scene.readPlan(), roles, workplace, formatTime(simulation.time)));
  };
  if (approver) sign('approver');
  if (!witness) return;
  emulator.setFaults([]);
  await runWitness(scene, 'other.pem', plan.applicable ? [4] : [3, 4]);
  const isSigned = await runWitness(scene, 'wit.pem', exitCodesFor(plan, lie));
  if (isSigned) return;
  if (plan.applicable) await judgeMissing(scene, lie === undefined ? [7] : [4, 7]);
  sign('witness');
}

/** What the witness must say: it signs what it gets to the byte, and nothing else. */
function exitCodesFor(plan: PlannedState, lie: Lie | undefined): readonly number[] {
  // As of an earlier time the same plan may be true.
  if (lie === 'created-set-back') return [0, 4, 5];
  if (lie !== undefined) return isRefusedOffline(lie) ? [4] : [4, 5];
  if (!plan.applicable) return [3];
  // What the planner could not look into, the witness can.
  const isWhole = [...plan.accounts.values()].every(({ decision }) => decision !== 'unknown');
  return isWhole ? [0] : [5];
}

/**
 * Runs `witness` and judges it: it changes nothing in AWS, and the plan file only by its signature.
 * @returns whether it signed.
 */
export async function runWitness(scene: Scene, key: string, exitCodes: readonly number[]): Promise<boolean> {
  const { emulator } = scene;
  const [before, calls] = [scene.readPlan(), emulator.calls.length];
  const process = await scene.run([...WITNESS, '--key', key], NOBODY);
  const after = scene.readPlan();
  requireExit(process, exitCodes);
  const changed = emulator.calls
    .slice(calls)
    .find(({ effect }) => effect !== undefined && effect.kind !== 'session-issued');
  if (changed !== undefined) throw new Violation(13, `witness changes something: ${changed.operation}`);
  const signatures = (file: Buffer) => file.toString().split('\n    role: witness\n').length - 1;
  const isSigned = signatures(after) > signatures(before);
  if (isSigned !== (process.exitCode === 0))
    throw new Violation(
      13,
      `witness exits with ${process.exitCode} and ${isSigned ? 'signs' : 'does not sign'}`,
    );
  if (!after.subarray(0, before.length).equals(before) || (!isSigned && after.length !== before.length))
    throw new Violation(13, 'witness changes the plan');
  return isSigned;
}

/** `apply` without the witness that is demanded: nothing is even asked of AWS. */
async function judgeMissing(scene: Scene, exitCodes: readonly number[]): Promise<void> {
  const calls = scene.emulator.calls.length;
  requireExit(await scene.run(APPLY, NOBODY), exitCodes);
  if (scene.emulator.calls.length > calls)
    throw new Violation(2, 'apply calls AWS although a signature is missing');
}

function requireExit({ options, exitCode, stderr }: SimulatedProcess, wanted: readonly number[]): void {
  if (wanted.includes(exitCode ?? -1)) return;
  const command = options.argv.filter((word) => !word.startsWith('--')).join(' ');
  throw new Violation(13, `"${command}" exits with ${exitCode} instead of ${wanted}: ${stderr}`);
}
