/** The stage of one case: an emulated organization, two machines with the files of operators, and virtual time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { MANAGEMENT } from './accounts.js';
import type { Case } from './case.js';
import { ORGANIZATION } from './policy.js';
import { PLAN, type Workplace } from './prepare.js';
import { SimulatedDisk } from './simulated-disk.js';
import { type Fate, type Machine, type Observer, SimulatedProcess } from './simulated-process.js';
import { Simulation } from './simulation.js';

export const START = new Date('2026-11-23T09:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** From the plan to the signatures of approvers and witnesses. */
export const REVIEW = 40 * MINUTE;
export const APPLY = [
  ...['apply', PLAN, '--policy', 'policy.yaml', '--trust', 'trust.yaml', '--key', 'key.pem'],
  ...['--confirm', ORGANIZATION, '--json', '--concurrency', '4'],
];
export const NOBODY: Observer = {
  requested: () => undefined,
  called: () => undefined,
  told: () => undefined,
  wrote: () => undefined,
};
const UNDISTURBED: Fate = { kind: 'none' };

export class Scene {
  readonly case: Case;
  readonly workplace: Workplace;
  readonly simulation = new Simulation(START);
  readonly emulator: Emulator;
  readonly machines: readonly [Machine, Machine];
  readonly processes: SimulatedProcess[] = [];
  #ids = 0;

  constructor(tried: Case, workplace: Workplace) {
    this.case = tried;
    this.workplace = workplace;
    this.emulator = this.openOrganization(ORGANIZATION);
    const [a, b] = workplace.folders;
    this.machines = [openMachine('alpha', a), openMachine('beta', b)];
  }

  /** The case's accounts in an organization of this id. */
  openOrganization(id: string): Emulator {
    return openEmulator(scenarioOf(this.case, id), { now: this.simulation.now });
  }

  start(
    argv: readonly string[],
    machine: Machine,
    fate: Fate,
    observer: Observer,
    emulator = this.emulator,
  ): SimulatedProcess {
    const process = new SimulatedProcess({
      argv,
      machine,
      pid: 100 + this.processes.length,
      fate,
      simulation: this.simulation,
      emulator,
      observer,
      newId: () => {
        this.#ids += 1;
        return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
      },
    });
    this.processes.push(process);
    return process;
  }

  /** A run on the first machine that nothing disturbs, to its end. */
  async run(
    argv: readonly string[],
    observer: Observer,
    emulator = this.emulator,
  ): Promise<SimulatedProcess> {
    const process = this.start(argv, this.machines[0], UNDISTURBED, observer, emulator);
    await this.simulation.drive(process.run());
    return process;
  }

  /** The plan file of the first machine. */
  readPlan(): Buffer {
    return readFileSync(join(this.machines[0].folder, PLAN));
  }

  /** Writes a file into the folders of both machines. */
  write(name: string, content: string | Buffer): void {
    for (const { folder } of this.machines) writeFileSync(join(folder, name), content);
  }
}

function scenarioOf({ seed, accounts, management }: Case, organization: string): Scenario {
  return {
    seed,
    organization: { id: organization, managementAccount: MANAGEMENT },
    features: { rootSessions: true },
    organizationalUnits: { Quarantine: null, Workloads: null, Sandbox: null },
    accounts: [{ id: MANAGEMENT, name: 'management', root: management }, ...accounts],
  };
}

function openMachine(host: string, folder: string): Machine {
  return { host, folder, disk: new SimulatedDisk(), running: new Set() };
}
