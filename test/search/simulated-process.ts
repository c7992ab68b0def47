/** One run of rootsweep as a process that can be killed at any instant: from then on nothing it awaits ever comes. */
import { PassThrough, Writable } from 'node:stream';
import type { Context } from '../../src/context.js';
import type { LoggedCall } from '../../src/emulator/call-log.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { main } from '../../src/main.js';
import type { Loss, SimulatedDisk } from './simulated-disk.js';
import type { Simulation } from './simulation.js';
import { openTransport } from './transport.js';

/** The instant at which something happens to a process: its n-th call to AWS or its n-th change of the disk, from 1. */
export interface Instant {
  readonly at: 'call' | 'write';
  readonly nth: number;
  readonly when: 'before' | 'after';
}

export type Fate =
  | { readonly kind: 'none' }
  /** With a loss the machine loses its power; without it only the process ends. */
  | { readonly kind: 'killed'; readonly instant: Instant; readonly loss?: Loss }
  /** Ctrl-C. */
  | { readonly kind: 'stopped'; readonly instant: Instant }
  /** From the n-th change of the disk on there is no room but for so many bytes. */
  | { readonly kind: 'disk-full'; readonly nth: number; readonly room: number };

/** Who watches: called at the instant itself, with the truth at hand. */
export interface Observer {
  readonly requested: (process: SimulatedProcess, body: string, accessKeyId: string) => void;
  readonly called: (process: SimulatedProcess, call: LoggedCall) => void;
  readonly told: (process: SimulatedProcess, record: JsonRecord) => void;
  readonly wrote: (process: SimulatedProcess) => void;
}

/** One line of what `--json` prints. */
export type JsonRecord = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Machine {
  readonly host: string;
  readonly disk: SimulatedDisk;
  /** The folder with the plan, on the real disk. */
  readonly folder: string;
  readonly running: Set<number>;
}

export interface ProcessOptions {
  readonly argv: readonly string[];
  readonly machine: Machine;
  readonly pid: number;
  readonly fate: Fate;
  readonly simulation: Simulation;
  readonly emulator: Emulator;
  readonly observer: Observer;
  readonly newId: () => string;
}

/** Milliseconds until what was written is on the disk for good. */
const SYNC = 3;
/** A new one for each that waits: one for all would keep all that ever waited for it. */
const never = () => new Promise<never>(() => undefined);

export class SimulatedProcess {
  readonly options: ProcessOptions;
  readonly told: JsonRecord[] = [];
  stderr = '';
  alive = true;
  killed = false;
  /** How many lines it had printed when it was told to stop. */
  stoppedAfter: number | undefined;
  exitCode: number | undefined;
  #calls = 0;
  #writes = 0;
  #die: () => void = () => undefined;
  readonly #stop = new AbortController();

  constructor(options: ProcessOptions) {
    this.options = options;
  }

  /** Returns when the process has ended, one way or the other. */
  async run(): Promise<void> {
    const { machine, pid, argv } = this.options;
    machine.running.add(pid);
    const died = new Promise<undefined>((resolve) => {
      this.#die = () => resolve(undefined);
    });
    this.exitCode = await Promise.race([main(argv, this.#context()), died]);
    this.alive = false;
    machine.running.delete(pid);
  }

  #context(): Context {
    const { machine, pid, simulation, emulator, newId } = this.options;
    const stdin = new PassThrough();
    stdin.end();
    return {
      stdin,
      stdout: this.#writable((line) => this.#tell(JSON.parse(line) as JsonRecord)),
      stderr: this.#writable((line) => {
        this.stderr += `${line}\n`;
      }),
      terminal: { stdin: false, stdout: false, stderr: false },
      columns: () => 80,
      env: { NO_COLOR: '1' },
      cwd: machine.folder,
      homeFolder: machine.folder,
      host: machine.host,
      pid,
      pidSpace: machine.host,
      isRunning: (other) => machine.running.has(other),
      journals: machine.disk.storage({
        before: () => this.#reach('write', 'before'),
        after: async () => {
          this.options.observer.wrote(this);
          await this.#reach('write', 'after');
        },
        wait: () => this.#unlessDead(simulation.sleep(SYNC)),
        room: () => {
          const { fate } = this.options;
          return fate.kind === 'disk-full' && this.#writes >= fate.nth ? fate.room : undefined;
        },
      }),
      clock: {
        now: simulation.now,
        sleep: (milliseconds) => this.#unlessDead(simulation.sleep(milliseconds)),
        random: () => 0.5,
      },
      every: simulation.every,
      newId,
      stop: this.#stop.signal,
      halt: new AbortController().signal,
      aws: {
        endpoint: 'http://emulator.invalid',
        region: 'us-east-1',
        credentials: emulator.callerCredentials(),
        requestHandler: openTransport(emulator, {
          sleep: (milliseconds) => this.#unlessDead(simulation.sleep(milliseconds)),
          leaving: async (body, session) => {
            await this.#reach('call', 'before');
            this.options.observer.requested(this, body, session);
          },
          arrived: async (call) => {
            this.options.observer.called(this, call);
            await this.#reach('call', 'after');
          },
        }),
      },
    };
  }

  #tell(record: JsonRecord): void {
    this.told.push(record);
    this.options.observer.told(this, record);
  }

  /** Whole lines, as long as the process lives. */
  #writable(onLine: (line: string) => void): Writable {
    let rest = '';
    return new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        if (this.alive) {
          const lines = `${rest}${chunk}`.split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) onLine(line);
        }
        done();
      },
    });
  }

  async #unlessDead<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    return this.alive ? result : never();
  }

  /** Something is about to happen, or has: the moment for fate. */
  async #reach(at: Instant['at'], when: Instant['when']): Promise<void> {
    if (!this.alive) return never();
    if (when === 'before') {
      if (at === 'call') this.#calls += 1;
      else this.#writes += 1;
    }
    const { fate, machine } = this.options;
    if (fate.kind !== 'killed' && fate.kind !== 'stopped') return;
    const { instant } = fate;
    const count = at === 'call' ? this.#calls : this.#writes;
    if (instant.at !== at || instant.when !== when || instant.nth !== count) return;
    if (fate.kind === 'stopped') {
      this.stoppedAfter = this.told.length;
      this.#stop.abort();
      return;
    }
    this.alive = false;
    this.killed = true;
    machine.running.delete(this.options.pid);
    if (fate.loss !== undefined) machine.disk.losePower(fate.loss);
    this.#die();
    return never();
  }
}
