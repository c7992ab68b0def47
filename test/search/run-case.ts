/** Tries one case: plans, lets happen what happens, applies as often as the case says, and then until all is settled. */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { accountId, MANAGEMENT } from './accounts.js';
import type { Attack, Case, RunCase } from './case.js';
import { forgeJournal } from './forge-journal.js';
import { forgePlan } from './forge-plan.js';
import { Judge } from './judge.js';
import { judgeConvergence, judgeNothingDone } from './judge-end.js';
import { judgeJournal } from './judge-journal.js';
import { judgeLedger, ledgerOf } from './judge-ledger.js';
import { judgeNoPlan, judgePlan } from './judge-plan.js';
import { judgeRollout } from './judge-rollout.js';
import { readPlannedState } from './planned-state.js';
import { ORGANIZATION, renderPolicy } from './policy.js';
import { PLAN, type Workplace } from './prepare.js';
import { SimulatedDisk } from './simulated-disk.js';
import { type Fate, type Machine, type Observer, SimulatedProcess } from './simulated-process.js';
import { Simulation } from './simulation.js';
import { Violation } from './violation.js';

/** What a case came to, for the statistics. */
export interface Trace {
  readonly emulator: Emulator;
  readonly processes: readonly SimulatedProcess[];
  readonly deletions: number;
}

const START = new Date('2026-11-23T09:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SETTLING_RUNS = 12;
const MAKE_PLAN = [
  ...['plan', '--policy', 'policy.yaml', '--out', PLAN, '--key', 'key.pem'],
  ...['--json', '--concurrency', '4'],
];
const APPLY = [
  ...['apply', PLAN, '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--key', 'key.pem'],
  ...['--confirm', ORGANIZATION, '--json', '--concurrency', '4'],
];
const NOBODY: Observer = {
  requested: () => undefined,
  called: () => undefined,
  told: () => undefined,
  wrote: () => undefined,
};

/** @throws Violation */
export async function runCase(tried: Case, workplace: Workplace): Promise<Trace> {
  return new Trial(tried, workplace).run();
}

class Trial {
  readonly #case: Case;
  readonly #workplace: Workplace;
  readonly #simulation = new Simulation(START);
  readonly #emulator: Emulator;
  readonly #machines: readonly [Machine, Machine];
  readonly #processes: SimulatedProcess[] = [];
  #ids = 0;

  constructor(tried: Case, workplace: Workplace) {
    this.#case = tried;
    this.#workplace = workplace;
    this.#emulator = openEmulator(scenarioOf(tried, ORGANIZATION), { now: this.#simulation.now });
    const [a, b] = workplace.folders;
    this.#machines = [openMachine('alpha', a), openMachine('beta', b)];
  }

  async run(): Promise<Trace> {
    const [{ folder }, { folder: other }] = this.#machines;
    const policy = renderPolicy(this.#case.policy);
    for (const it of [folder, other]) writeFileSync(join(it, 'policy.yaml'), policy);
    rmSync(join(folder, PLAN), { force: true });
    this.#emulator.setFaults(this.#case.planFaults);
    const planner = this.#start(MAKE_PLAN, this.#machines[0], { kind: 'none' }, NOBODY);
    await this.#simulation.drive(planner.run());
    const { exitCode, stderr } = planner;
    if (!existsSync(join(folder, PLAN))) {
      raise(judgeNoPlan(this.#emulator, this.#case, exitCode, stderr));
      return this.#trace(0);
    }
    const plan = readPlannedState(readFileSync(join(folder, PLAN), 'utf8'));
    raise(judgePlan(plan, this.#emulator, this.#case, exitCode, START.getTime() / 1000));
    copyFileSync(join(folder, PLAN), join(other, PLAN));
    this.#simulation.advance(HOUR);
    const judge = new Judge(this.#emulator, this.#simulation, plan, this.#case.policy);
    const { attack } = this.#case;
    if (attack !== undefined && this.#prepare(attack)) await this.#attack(attack, judge);
    else if (plan.applicable) await this.#applyAll(judge);
    else {
      const process = this.#start(APPLY, this.#machines[0], { kind: 'none' }, judge);
      await this.#simulation.drive(process.run());
      raise(judgeNothingDone(judge, [process], [3]));
    }
    return this.#trace(judge.deeds.length);
  }

  #prepare(attack: Attack): boolean {
    switch (attack.on) {
      case 'plan':
        return forgePlan(attack.kind, this.#workplace);
      case 'journal':
        return forgeJournal(attack.kind, this.#machines[0], this.#workplace);
      case 'written-journal':
        return true;
    }
  }

  /** What the lines said that are gone is drift to the next run, and no reason to delete anything else. */
  async #cutJournal(left: number, judge: Judge): Promise<void> {
    const run = async () => {
      const process = this.#start(APPLY, this.#machines[0], { kind: 'none' }, judge);
      await this.#simulation.drive(process.run());
      raise(judge.violations);
      return process;
    };
    await run();
    const { disk } = this.#machines[0];
    for (const path of disk.paths().filter((it) => it.endsWith('.journal.jsonl'))) {
      const lines = disk.durable(path).split('\n').slice(0, -1);
      const kept = lines.slice(0, Math.floor(left * lines.length));
      disk.write(path, kept.map((line) => `${line}\n`).join(''));
    }
    this.#simulation.advance(MINUTE);
    const { exitCode, stderr } = await run();
    const ends = judge.plan.applicable ? [0, 5, 6] : [3];
    if (!ends.includes(exitCode ?? -1))
      throw new Violation(7, `with a journal whose end is cut, apply exits with ${exitCode}: ${stderr}`);
  }

  async #attack(attack: Attack, judge: Judge): Promise<void> {
    const { kind } = attack;
    this.#emulator.setFaults([]);
    if (attack.on === 'written-journal') return this.#cutJournal(attack.left, judge);
    if (kind === 'expired') this.#simulation.advance(72 * HOUR);
    if (kind === 'not-yet-valid') this.#simulation.advance(-2 * HOUR);
    const target =
      kind === 'other-organization'
        ? openEmulator(scenarioOf(this.#case, 'o-anotherorg'), { now: this.#simulation.now })
        : this.#emulator;
    const attacked = new Judge(target, this.#simulation, judge.plan, this.#case.policy);
    // The operator means the organization of the credentials.
    const argv = [...APPLY, '--confirm', target.world.organization.id];
    const process = this.#start(argv, this.#machines[0], { kind: 'none' }, attacked, target);
    await this.#simulation.drive(process.run());
    if (kind === 'journal-signed') {
      raise([
        ...attacked.violations,
        ...judgeRollout(process, attacked, this.#case.policy),
        ...judgeConvergence(attacked, process, target),
      ]);
    } else raise(judgeNothingDone(attacked, [process], judge.plan.applicable ? [4] : [3, 4]));
  }

  async #applyAll(judge: Judge): Promise<void> {
    this.#emulator.setFaults(this.#case.applyFaults);
    for (const run of this.#case.runs) {
      await this.#apply(run, judge);
      raise(judge.violations);
      this.#simulation.advance(MINUTE);
    }
    // The faults end: whatever happened, the same command brings it to its end, and then changes nothing any more.
    this.#emulator.setFaults([]);
    (this.#emulator.world.policies as Map<string, unknown>).clear();
    this.#simulation.advance(10 * MINUTE);
    const calm: RunCase = { concurrency: 2, fate: { kind: 'none' }, changes: [] };
    for (let runs = 1; ; runs += 1) {
      const [process] = await this.#apply(calm, judge);
      raise(judge.violations);
      if ([0, 4, 5].includes(process?.exitCode ?? -1)) break;
      const halfDone =
        process?.exitCode === 6 && judgeConvergence(judge, process, this.#emulator).length === 0;
      if (halfDone) break;
      if (runs === SETTLING_RUNS) throw new Violation(7, `apply does not come to an end: ${process?.stderr}`);
    }
    const last = this.#processes.at(-1);
    if (last !== undefined) raise(judgeConvergence(judge, last, this.#emulator));
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
      this.#emulator.changeAccount(accountId(account), change);
      judge.noteChange(accountId(account));
    }
    const planned = new Set(judge.plan.deleting.map(({ id }) => id));
    const narrow = (flag: string, position: number | undefined) => {
      const id = position === undefined ? '' : accountId(position);
      return planned.has(id) ? [flag, id] : [];
    };
    const argv = [...APPLY, '--concurrency', String(run.concurrency)];
    const narrowed = [...argv, ...narrow('--only', run.only), ...narrow('--exclude', run.exclude)];
    const [first, second] = this.#machines;
    // A power failure would take the second operator with it.
    const fate: Fate =
      run.second?.on === 'same-machine' && run.fate.kind === 'killed'
        ? { kind: 'killed', instant: run.fate.instant }
        : run.fate;
    const processes = [this.#start(narrowed, first, fate, judge)];
    const work = processes.map((it) => it.run());
    if (run.second !== undefined) {
      const { on, after } = run.second;
      const process = this.#start(argv, on === 'same-machine' ? first : second, { kind: 'none' }, judge);
      processes.push(process);
      work.push(this.#simulation.sleep(after).then(() => process.run()));
    }
    await this.#simulation.drive(Promise.all(work));
    for (const process of processes) {
      raise([
        ...judgeLedger(process, judge, this.#emulator, processes),
        ...judgeJournal(process, judge),
        ...judgeRollout(process, judge, this.#case.policy, ledgerOf(process)?.lines),
      ]);
    }
    return processes;
  }

  #start(
    argv: readonly string[],
    machine: Machine,
    fate: Fate,
    observer: Observer,
    emulator = this.#emulator,
  ): SimulatedProcess {
    const process = new SimulatedProcess({
      argv,
      machine,
      pid: 100 + this.#processes.length,
      fate,
      simulation: this.#simulation,
      emulator,
      observer,
      newId: () => {
        this.#ids += 1;
        return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
      },
    });
    this.#processes.push(process);
    return process;
  }

  #trace(deletions: number): Trace {
    return { emulator: this.#emulator, processes: this.#processes, deletions };
  }
}

function scenarioOf({ seed, accounts, management }: Case, organization: string): Scenario {
  return {
    seed,
    organization: { id: organization, managementAccount: MANAGEMENT },
    organizationalUnits: { Quarantine: null, Workloads: null, Sandbox: null },
    accounts: [{ id: MANAGEMENT, name: 'management', root: management }, ...accounts],
  };
}

function openMachine(host: string, folder: string): Machine {
  return { host, folder, disk: new SimulatedDisk(), running: new Set() };
}

function raise(violations: readonly Violation[]): void {
  const [first] = violations;
  if (first !== undefined) throw first;
}
