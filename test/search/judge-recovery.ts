/** Watches runs that apply a plan of `recover` or `unlock`: only the planned thing changes, and what they say is true. */
import type { LoggedCall } from '../../src/emulator/call-log.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { accountId, MANAGEMENT } from './accounts.js';
import { areSpoilt, callsAbout } from './excuses.js';
import { readJournal } from './journal-records.js';
import { exitCodeOf, ledgerOf } from './judge-ledger.js';
import { deletionIn } from './judge-request.js';
import { describeAccount } from './planned-state.js';
import { BUCKET, OPERATIONS, QUEUE, type Recovery } from './recovery.js';
import type { JsonRecord, Observer, SimulatedProcess } from './simulated-process.js';
import { Violation } from './violation.js';

export class RecoveryJudge implements Observer {
  readonly #emulator: Emulator;
  readonly #recovery: Recovery;
  readonly accounts: readonly string[];
  readonly violations: Violation[] = [];
  /** Changes that took effect. */
  deeds = 0;
  /** Accounts that somebody else changed. */
  readonly changed = new Set<string>();
  /** Of which AWS said that it had done what it had not: it is never asked for again, and another plan must. */
  readonly deceived = new Set<string>();
  /** The facts of each planned account when it was planned, and as each process last read them. */
  readonly #facts: ReadonlyMap<string, string>;
  readonly #read = new Map<string, string>();
  readonly #calls = new Map<SimulatedProcess, LoggedCall[]>();
  /** By session, how often it asked, and whether it has looked since. */
  readonly #asked = new Map<string, number>();
  readonly #looked = new Set<string>();

  constructor(emulator: Emulator, recovery: Recovery) {
    this.#emulator = emulator;
    this.#recovery = recovery;
    const count = recovery.kind === 'recover' ? recovery.accounts : 1;
    this.accounts = Array.from({ length: count }, (_, index) => accountId(index));
    this.#facts = new Map(this.accounts.map((id) => [id, this.#describe(id)]));
  }

  isDone(account: string): boolean {
    const { world } = this.#emulator;
    switch (this.#recovery.kind) {
      case 'recover':
        return this.#emulator.account(account).password !== undefined;
      case 'unlock-bucket':
        return world.resources.get(BUCKET)?.policy === undefined;
      case 'unlock-queue':
        return (world.resources.get(QUEUE)?.policy ?? '') === '';
    }
  }

  requested(_process: SimulatedProcess, body: string): void {
    const deleted = deletionIn(body);
    if (deleted !== undefined) this.#violate(1, `a plan that deletes nothing has ${deleted} deleted`);
  }

  called(process: SimulatedProcess, call: LoggedCall): void {
    this.#calls.set(process, [...(this.#calls.get(process) ?? []), call]);
    const { operation, account = '', accessKeyId = '', delivery, effect, faults } = call;
    const { change, look } = OPERATIONS[this.#recovery.kind];
    if (faults?.includes('change-account')) this.changed.add(account);
    if (faults?.includes('lie')) this.deceived.add(account);
    if (operation === 'DescribeAccount' && delivery === 'answer' && this.#facts.has(account))
      this.#read.set(`${process.options.pid} ${account}`, this.#describe(account));
    if (operation === look && delivery === 'answer') this.#looked.add(accessKeyId);
    if (effect !== undefined && effect.kind !== 'session-issued') {
      this.deeds += 1;
      if (operation !== change) this.#violate(1, `${operation} changes account ${account}`);
    }
    if (operation !== change) return;
    if (!this.accounts.includes(account))
      this.#violate(1, `${operation} in ${account}, which is not planned`);
    if (!this.#looked.delete(accessKeyId))
      this.#violate(3, `${operation} in ${account} without a look before it`);
    if (this.#read.get(`${process.options.pid} ${account}`) !== this.#facts.get(account))
      this.#violate(3, `${operation} in ${account}, which is not as planned`);
    const times = (this.#asked.get(accessKeyId) ?? 0) + 1;
    this.#asked.set(accessKeyId, times);
    const intents = readJournal(process).filter(
      (it) => it.type === 'action-intended' && it.account === account && it.session === accessKeyId,
    );
    if (intents.length < times) this.#violate(7, `${operation} in ${account} without an intent on the disk`);
  }

  told(): void {}

  wrote(): void {}

  /** What a run printed in the end, and its exit code. */
  judgeLedger(process: SimulatedProcess): void {
    const { killed, exitCode, stderr, options, stoppedAfter, told } = process;
    if (killed) return;
    const ledger = ledgerOf(process);
    const calls = this.#calls.get(process) ?? [];
    const isFull = options.fate.kind === 'disk-full';
    if (ledger === undefined) {
      const isExcused = isFull || areSpoilt(callsAbout(MANAGEMENT, calls));
      if (!(exitCode === 1 && isExcused) && !(exitCode === 130 && stoppedAfter !== undefined))
        this.#violate(7, `a run without a ledger exits with ${exitCode}: ${stderr}`);
      return;
    }
    for (const { account, outcome } of ledger.lines) {
      const { kind } = outcome;
      const isDone = kind === 'done' || kind === 'done-earlier';
      const isOpen = this.changed.has(account) || this.deceived.has(account);
      const isExcused = isFull || isOpen || areSpoilt(callsAbout(account, calls));
      if (isDone && !this.isDone(account) && !this.changed.has(account))
        this.#violate(8, `${account} is said to be ${kind}, and is not`);
      if (kind === 'drifted' && !this.changed.has(account))
        this.#violate(3, `${account} is said to be drifted, and nobody changed it: ${describe(told)}`);
      if ((kind === 'failed' || kind === 'unknown') && !isExcused)
        this.#violate(8, `${account} is said to be ${kind}, and nothing went wrong: ${describe(told)}`);
    }
    const expected = exitCodeOf(ledger);
    const wasStopped = exitCode === 130 && stoppedAfter !== undefined;
    if (exitCode !== expected && !wasStopped)
      this.#violate(8, `the process exits with ${exitCode} instead of ${expected}`);
  }

  /** After the faults have ended, and a run that was not disturbed. */
  judgeEnd({ exitCode, stderr }: SimulatedProcess): void {
    const untouched = this.accounts.filter((id) => !this.changed.has(id) && !this.deceived.has(id));
    const left = untouched.filter((id) => !this.isDone(id));
    // The first account that fails, or that others keep from being done, stops no other.
    if (left.length > 0 && (exitCode === 0 || untouched.length === this.accounts.length))
      this.#violate(7, `in the end ${left} is not as planned: ${exitCode} ${stderr}`);
    if (untouched.length === this.accounts.length && exitCode !== 0)
      this.#violate(7, `in the end apply exits with ${exitCode}: ${stderr}`);
  }

  #describe(account: string): string {
    return describeAccount(this.#emulator.world, this.#emulator.account(account), false);
  }

  #violate(promise: number, sentence: string): void {
    this.violations.push(new Violation(promise, sentence));
  }
}

function describe(told: readonly JsonRecord[]): string {
  return JSON.stringify(told.find(({ type }) => type === 'ledger'));
}
