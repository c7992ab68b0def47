/** Tries one case: plans, lets happen what happens, applies as often as the case says, and then until all is settled. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.js';
import { accountId } from './accounts.js';
import type { Case, RunCase } from './case.js';
import { Judge } from './judge.js';
import { judgeConvergence, judgeNothingDone } from './judge-end.js';
import { judgeJournal } from './judge-journal.js';
import { judgeLedger, ledgerOf } from './judge-ledger.js';
import { judgeNoPlan, judgePlan } from './judge-plan.js';
import { judgeRollout } from './judge-rollout.js';
import { type PlannedState, readPlannedState } from './planned-state.js';
import { renderPolicy } from './policy.js';
import { PLAN, type Workplace } from './prepare.js';
import { applyLie, attack, lie } from './run-attack.js';
import { runRecovery } from './run-recovery.js';
import { APPLY, HOUR, MINUTE, NOBODY, Scene, START } from './scene.js';
import { signPlan } from './sign-plan.js';
import type { Fate, SimulatedProcess } from './simulated-process.js';
import { renderTrust } from './trust.js';
import { raise, Violation } from './violation.js';

/** What a case came to, for the statistics. */
export interface Trace {
  readonly emulator: Emulator;
  readonly processes: readonly SimulatedProcess[];
  readonly deletions: number;
  /** The attack that was carried out. */
  readonly attacked?: string;
  /** What `recover` and `unlock` brought about. */
  readonly recovered?: number;
}

const SETTLING_RUNS = 12;
const MAKE_PLAN = [
  ...['plan', '--policy', 'policy.yaml', '--out', PLAN, '--key', 'key.pem'],
  ...['--json', '--concurrency', '4'],
];

/** @throws Violation */
export async function runCase(tried: Case, workplace: Workplace): Promise<Trace> {
  return new Trial(tried, workplace).run();
}

class Trial {
  readonly #scene: Scene;
  readonly #case: Case;

  constructor(tried: Case, workplace: Workplace) {
    this.#scene = new Scene(tried, workplace);
    this.#case = tried;
  }

  async run(): Promise<Trace> {
    const { emulator, machines, simulation, workplace } = this.#scene;
    const { policy, trust, attack: tried } = this.#case;
    this.#scene.write('policy.yaml', renderPolicy(policy));
    this.#scene.write(
      'trust.yaml',
      renderTrust(trust, workplace, trust.revokesOther ? ['f'.repeat(64)] : []),
    );
    for (const { folder } of machines) rmSync(join(folder, PLAN), { force: true });
    if (this.#case.recovery !== undefined) {
      const deeds = await runRecovery(this.#scene, this.#case.recovery);
      return { ...this.#trace(0), recovered: deeds };
    }
    emulator.setFaults(this.#case.planFaults);
    const { exitCode, stderr } = await this.#scene.run(MAKE_PLAN, NOBODY);
    if (!existsSync(join(machines[0].folder, PLAN))) {
      raise(judgeNoPlan(emulator, this.#case, exitCode, stderr));
      return this.#trace(0);
    }
    const honest = this.#readPlan();
    raise(judgePlan(honest, emulator, this.#case, exitCode, START.getTime() / 1000));
    const told = tried?.on === 'planner' ? lie(this.#scene, tried.kind) : undefined;
    const plan = told === undefined ? honest : this.#readPlan();
    await signPlan(this.#scene, plan, told);
    this.#scene.write(PLAN, this.#scene.readPlan());
    const signedAt = simulation.time;
    simulation.advance(HOUR);
    const judge = new Judge(emulator, simulation, plan, policy);
    if (policy.notBefore !== '') {
      // From the last signature; who plans alone says when it begins.
      await this.#wait(judge, trust.approver || trust.witness ? signedAt : plan.created);
    }
    if (told !== undefined) {
      await applyLie(this.#scene, judge, told);
      return this.#trace(judge.deeds.length, told);
    }
    if (tried !== undefined && (await attack(this.#scene, tried, judge)))
      return this.#trace(judge.deeds.length, tried.kind);
    if (plan.applicable) await this.#applyAll(judge);
    else raise(judgeNothingDone(judge, [await this.#scene.run(APPLY, judge)], [3]));
    return this.#trace(judge.deeds.length);
  }

  #readPlan(): PlannedState {
    return readPlannedState(this.#scene.readPlan().toString());
  }

  /**
   * Until the wait is over nothing is deleted.
   * @param since when it began, in ms.
   */
  async #wait(judge: Judge, since: number): Promise<void> {
    const { simulation, emulator } = this.#scene;
    emulator.setFaults([]);
    while (simulation.time < since + 2 * HOUR) {
      const process = await this.#scene.run(APPLY, judge);
      raise(judgeNothingDone(judge, [process], judge.plan.applicable ? [4] : [3]));
      simulation.advance(30 * MINUTE);
    }
  }

  async #applyAll(judge: Judge): Promise<void> {
    this.#scene.emulator.setFaults(this.#case.applyFaults);
    for (const run of this.#case.runs) {
      await this.#apply(run, judge);
      raise(judge.violations);
      this.#scene.simulation.advance(MINUTE);
    }
    // The faults end: whatever happened, the same command brings it to its end, and then changes nothing any more.
    this.#scene.emulator.setFaults([]);
    (this.#scene.emulator.world.policies as Map<string, unknown>).clear();
    this.#scene.simulation.advance(10 * MINUTE);
    const calm: RunCase = { concurrency: 2, fate: { kind: 'none' }, changes: [] };
    for (let runs = 1; ; runs += 1) {
      const [process] = await this.#apply(calm, judge);
      raise(judge.violations);
      if ([0, 4, 5].includes(process?.exitCode ?? -1)) break;
      const halfDone =
        process?.exitCode === 6 && judgeConvergence(judge, process, this.#scene.emulator).length === 0;
      if (halfDone) break;
      if (runs === SETTLING_RUNS) throw new Violation(7, `apply does not come to an end: ${process?.stderr}`);
    }
    const last = this.#scene.processes.at(-1);
    if (last !== undefined) raise(judgeConvergence(judge, last, this.#scene.emulator));
    const before = judge.deeds.length;
    const [again] = await this.#apply(calm, judge);
    raise(judge.violations);
    if (judge.deeds.length !== before) throw new Violation(7, 'a further run deletes something');
    if (again?.exitCode !== last?.exitCode) {
      throw new Violation(7, `a further run exits with ${again?.exitCode} instead of ${last?.exitCode}`);
    }
  }

  /** One run of the case, with the second operator where there is one. */
  async #apply(run: RunCase, judge: Judge): Promise<SimulatedProcess[]> {
    for (const { account, change } of run.changes) {
      this.#scene.emulator.changeAccount(accountId(account), change);
      judge.noteChange(accountId(account));
    }
    const planned = new Set(judge.plan.deleting.map(({ id }) => id));
    const narrow = (flag: string, position: number | undefined) => {
      const id = position === undefined ? '' : accountId(position);
      return planned.has(id) ? [flag, id] : [];
    };
    const argv = [...APPLY, '--concurrency', String(run.concurrency)];
    const narrowed = [...argv, ...narrow('--only', run.only), ...narrow('--exclude', run.exclude)];
    const [first, second] = this.#scene.machines;
    // A power failure would take the second operator with it.
    const fate: Fate =
      run.second?.on === 'same-machine' && run.fate.kind === 'killed'
        ? { kind: 'killed', instant: run.fate.instant }
        : run.fate;
    const processes = [this.#scene.start(narrowed, first, fate, judge)];
    const work = processes.map((it) => it.run());
    if (run.second !== undefined) {
      const { on, after } = run.second;
      const process = this.#scene.start(
        argv,
        on === 'same-machine' ? first : second,
        { kind: 'none' },
        judge,
      );
      processes.push(process);
      work.push(this.#scene.simulation.sleep(after).then(() => process.run()));
    }
    await this.#scene.simulation.drive(Promise.all(work));
    for (const process of processes) {
      raise([
        ...judgeLedger(process, judge, this.#scene.emulator, processes),
        ...judgeJournal(process, judge),
        ...judgeRollout(process, judge, this.#case.policy, ledgerOf(process)?.lines),
      ]);
    }
    return processes;
  }

  #trace(deletions: number, attacked?: string): Trace {
    const { emulator, processes } = this.#scene;
    return { emulator, processes, deletions, ...(attacked === undefined ? {} : { attacked }) };
  }
}
