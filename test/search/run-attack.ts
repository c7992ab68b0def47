/** Tries one attack on a plan, on its signatures or on its journal: `apply` refuses it, or gains nothing by it. */
import { decodeEnvelope, digestBody } from '../../src/core/signing/envelope.js';
import { emitPlan, parsePlan } from '../../src/files/plan/plan.js';
import { parsePolicy } from '../../src/files/policy/policy.js';
import { signedFile } from '../signing/keys.js';
import type { Attack, Lie, SignatureAttack } from './case.js';
import { LIES } from './case.js';
import { forgeJournal } from './forge-journal.js';
import { forgePlan } from './forge-plan.js';
import { exitCodeFor, forgeSignatures } from './forge-signatures.js';
import { Judge } from './judge.js';
import { judgeConvergence, judgeNothingDone } from './judge-end.js';
import { judgeJournal } from './judge-journal.js';
import { judgeLedger, ledgerOf } from './judge-ledger.js';
import { judgeAllowed, listAllowed } from './judge-lie.js';
import { findRefusal } from './judge-organization.js';
import { judgeRollout } from './judge-rollout.js';
import { isRefusedOffline, tellLie } from './lying-plan.js';
import { renderPolicy } from './policy.js';
import { PLAN } from './prepare.js';
import { APPLY, HOUR, MINUTE, type Scene, START } from './scene.js';
import { runWitness } from './sign-plan.js';
import { renderTrust } from './trust.js';
import { raise, Violation } from './violation.js';

/**
 * Puts a plan that lies in the place of the honest one.
 * @returns the lie that was possible: the wanted one, or the first of those after it; undefined where none is.
 */
export function lie(scene: Scene, wanted: Lie): Lie | undefined {
  const { body } = decodeEnvelope(scene.readPlan(), PLAN);
  const plan = parsePlan(body, PLAN);
  const known = {
    policy: parsePolicy(renderPolicy(scene.case.policy), 'policy.yaml'),
    holdings: (id: string) => scene.emulator.account(id),
  };
  const from = LIES.indexOf(wanted);
  for (const it of [...LIES.slice(from), ...LIES.slice(0, from)]) {
    const lied = tellLie(it, plan, known);
    if (lied === undefined) continue;
    scene.write(PLAN, signedFile('planner', emitPlan(lied), scene.workplace.key));
    return it;
  }
  return undefined;
}

/** Nothing goes but what the policy lets go in the organization as it is. */
export async function applyLie(scene: Scene, judge: Judge, told: Lie): Promise<void> {
  const { emulator, simulation } = scene;
  const { policy } = scene.case;
  emulator.setFaults([]);
  const allowed = listAllowed(policy, emulator, simulation.time / 1000);
  for (const { id } of judge.plan.deleting) judge.noteChange(id);
  const isRefused = isRefusedOffline(told) || findRefusal(judge.plan, policy, emulator.world) !== undefined;
  const process = await scene.run(APPLY, judge);
  raise(judgeAllowed(judge, allowed));
  raise(
    isRefused
      ? judgeNothingDone(judge, [process], [4])
      : [
          ...judge.violations,
          ...judgeLedger(process, judge, emulator, [process]),
          ...judgeJournal(process, judge),
          ...judgeRollout(process, judge, policy, ledgerOf(process)?.lines),
          ...judgeConvergence(judge, process, emulator),
        ],
  );
}

/** @returns whether the attack was possible. */
export async function attack(scene: Scene, tried: Attack, judge: Judge): Promise<boolean> {
  const { emulator, workplace, machines } = scene;
  switch (tried.on) {
    case 'planner':
      return false;
    case 'signatures':
      emulator.setFaults([]);
      await attackSignatures(scene, tried.kind, judge);
      return true;
    case 'written-journal':
      emulator.setFaults([]);
      await cutJournal(scene, tried.left, judge);
      return true;
    case 'journal':
      if (!forgeJournal(tried.kind, machines[0], workplace)) return false;
      emulator.setFaults([]);
      await applyAttacked(scene, judge, { gains: tried.kind === 'journal-signed' ? 'nothing' : 'refusal' });
      return true;
    case 'plan':
      if (tried.kind === 'revoked') await revoke(scene, judge);
      else if (!forgePlan(tried.kind, workplace)) return false;
      emulator.setFaults([]);
      if (tried.kind === 'expired') scene.simulation.advance(72 * HOUR);
      if (tried.kind === 'not-yet-valid')
        scene.simulation.advance(START.getTime() - HOUR - scene.simulation.time);
      await applyAttacked(scene, judge, { isElsewhere: tried.kind === 'other-organization' });
      return true;
  }
}

async function applyAttacked(
  scene: Scene,
  { plan }: Judge,
  { gains = 'refusal', isElsewhere = false }: { gains?: 'refusal' | 'nothing'; isElsewhere?: boolean },
): Promise<void> {
  const target = isElsewhere ? scene.openOrganization('o-anotherorg') : scene.emulator;
  const judge = new Judge(target, scene.simulation, plan, scene.case.policy);
  // The operator means the organization of the credentials.
  const process = await scene.run([...APPLY, '--confirm', target.world.organization.id], judge, target);
  raise(
    gains === 'refusal'
      ? judgeNothingDone(judge, [process], plan.applicable ? [4] : [3, 4])
      : [
          ...judge.violations,
          ...judgeRollout(process, judge, scene.case.policy),
          ...judgeConvergence(judge, process, target),
        ],
  );
}

async function attackSignatures(scene: Scene, kind: SignatureAttack, judge: Judge): Promise<void> {
  const { workplace, simulation } = scene;
  const times = { made: judge.plan.created, now: simulation.time };
  scene.write('trust.yaml', renderTrust({ approver: true, witness: true }, workplace, []));
  scene.write(PLAN, forgeSignatures(kind, scene.readPlan(), workplace, times));
  const code = exitCodeFor(kind);
  // What blocks a plan is said before what it misses.
  const exitCodes = judge.plan.applicable ? [code] : [code === 7 ? 3 : code];
  raise(judgeNothingDone(judge, [await scene.run(APPLY, judge)], exitCodes));
}

/** The operator's trust file names the digest of the plan: nobody signs or applies it any more. */
async function revoke(scene: Scene, judge: Judge): Promise<void> {
  const digest = digestBody(decodeEnvelope(scene.readPlan(), PLAN).body);
  scene.write('trust.yaml', renderTrust(scene.case.trust, scene.workplace, ['f'.repeat(64), digest]));
  await runWitness(scene, 'wit.pem', [4]);
  raise(judge.violations);
}

/** What the lines said that are gone is drift to the next run, and no reason to delete anything else. */
async function cutJournal(scene: Scene, left: number, judge: Judge): Promise<void> {
  const run = async () => {
    const process = await scene.run(APPLY, judge);
    raise(judge.violations);
    return process;
  };
  await run();
  const { disk } = scene.machines[0];
  for (const path of disk.paths().filter((it) => it.endsWith('.journal.jsonl'))) {
    const lines = disk.durable(path).split('\n').slice(0, -1);
    const kept = lines.slice(0, Math.floor(left * lines.length));
    disk.write(path, kept.map((line) => `${line}\n`).join(''));
  }
  scene.simulation.advance(MINUTE);
  const { exitCode, stderr } = await run();
  const ends = judge.plan.applicable ? [0, 5, 6] : [3];
  if (!ends.includes(exitCode ?? -1))
    throw new Violation(7, `with a journal whose end is cut, apply exits with ${exitCode}: ${stderr}`);
}
