/**
 * Judges every deletion at the instant at which the emulator gets it, by what the emulator knows, what the plan says
 * and what is on the disk. The word of the tool counts for nothing here.
 */
import type { Call } from '../../src/emulator/call-log.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { visibleCredentials } from '../../src/emulator/state/credentials.js';
import { describeAccount, describeHoldings, nameOf, type PlannedState } from './planned-state.js';
import type { JsonRecord, Observer, SimulatedProcess } from './simulated-process.js';
import type { Simulation } from './simulation.js';

/** A promise that was broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
  constructor(promise: number, sentence: string) {
    super(`promise ${promise}: ${sentence}`);
  }
}

/** What a root session has seen, each kind at its last listing. */
interface Seen {
  readonly account: string;
  readonly kinds: Map<string, ReadonlyMap<string, string>>;
}

/** Something that a process did, by the number of the call at which it did it. */
export interface Deed {
  readonly process: SimulatedProcess;
  readonly account: string;
  readonly credential: string;
}

export interface Beginning {
  readonly process: SimulatedProcess;
  readonly account: string;
  /** Accounts of the plan that have lost everything planned; accounts that the process works on; failed ones. */
  readonly complete: number;
  readonly running: number;
  readonly failures: number;
  /** Whether the process had been told to stop. */
  readonly stopped: boolean;
  /** Whether an earlier run had begun the account. */
  readonly before: boolean;
}

const LISTINGS: Readonly<Record<string, string>> = {
  GetLoginProfile: 'password',
  ListAccessKeys: 'access-key',
  ListMFADevices: 'mfa-device',
  ListSigningCertificates: 'signing-certificate',
};

export class Judge implements Observer {
  readonly #emulator: Emulator;
  readonly #simulation: Simulation;
  readonly plan: PlannedState;
  readonly violations: Violation[] = [];
  /** Every deletion that took effect. */
  readonly deeds: Deed[] = [];
  /** How things stood each time an account was begun. */
  readonly begun: Beginning[] = [];
  readonly #atWork = new Set<string>();
  readonly #failures = new Map<SimulatedProcess, number>();
  /** The facts of an account when a process last asked for them. */
  readonly #facts = new Map<string, string>();
  readonly #sessions = new Map<string, Seen>();
  readonly #lastWriter = new Map<string, SimulatedProcess>();

  constructor(emulator: Emulator, simulation: Simulation, plan: PlannedState) {
    this.#emulator = emulator;
    this.#simulation = simulation;
    this.plan = plan;
  }

  /** A call is on its way: promise 7 is kept now or never. */
  requested(process: SimulatedProcess, body: string, session: string): void {
    const credential = deletionIn(body);
    if (credential === undefined) return;
    const account = this.#sessions.get(session)?.account;
    const durable = readRecords(journalOf(process));
    const intended = durable.some(
      (it) =>
        it.type === 'deletion-intended' &&
        it.account === account &&
        it.session === session &&
        nameOf(String(it.kind), it.id as string | undefined) === credential,
    );
    if (!intended) this.#violate(7, `${account} ${credential} goes to AWS without an intent on the disk`);
  }

  called(process: SimulatedProcess, call: Call): void {
    const { account, operation, effect } = call;
    if (account === undefined) return;
    if (operation === 'DescribeAccount' && call.delivery === 'answer') {
      const planned = this.plan.accounts.get(account);
      const found = this.#emulator.world.accounts.get(account);
      if (planned !== undefined && found?.member && call.status === 200) {
        const facts = describeAccount(this.#emulator.world, found, planned.hasTags);
        this.#facts.set(`${process.options.pid} ${account}`, facts);
      }
    }
    if (effect?.kind === 'session-issued') {
      this.#sessions.set(effect.accessKeyId, { account: effect.account, kinds: new Map() });
    }
    this.#look(call);
    if (effect?.kind !== 'deleted') return;
    const credential = nameOf(effect.credential.kind, effect.credential.id);
    this.deeds.push({ process, account: effect.account, credential });
    this.#judgeDeletion(process, effect.account, credential, call.accessKeyId ?? '');
    // Each deletion wants a look of its own: a new password has no id to tell it by.
    this.#sessions.get(call.accessKeyId ?? '')?.kinds.clear();
  }

  /** Keeps what `judgeRollout` asks: how things stood when an account was begun. */
  told(process: SimulatedProcess, { type, account, outcome }: JsonRecord): void {
    const kind = (outcome as { readonly kind?: string } | undefined)?.kind;
    if (type === 'account-ended') {
      this.#atWork.delete(`${process.options.pid} ${account}`);
      if (kind === 'failed' || kind === 'unknown') {
        this.#failures.set(process, (this.#failures.get(process) ?? 0) + 1);
      }
    }
    if (type !== 'account-started') return;
    const records = readRecords(journalOf(process));
    const running = [...this.#atWork].filter(
      (it) => it.startsWith(`${process.options.pid} `) && !this.#isComplete(it.split(' ')[1] ?? ''),
    );
    this.begun.push({
      process,
      account: String(account),
      complete: this.plan.deleting.filter(({ id }) => id !== account && this.#isCompletedBy(process, id))
        .length,
      running: running.length,
      failures: this.#failures.get(process) ?? 0,
      stopped: process.stoppedAfter !== undefined,
      before: records.some((it) => it.account === account && it.type === 'deletion-intended'),
    });
    this.#atWork.add(`${process.options.pid} ${account}`);
  }

  /** Where another machine did it, whose journal is another, this one may not know. */
  #isCompletedBy(process: SimulatedProcess, id: string): boolean {
    return sentBy(readRecords(journalOf(process)), id).size > 0 && this.#isComplete(id);
  }

  #isComplete(id: string): boolean {
    const left = describeHoldings(this.#emulator.account(id));
    const planned = this.plan.accounts.get(id);
    return planned?.actions.every((name) => left.get(name) !== planned.observed.get(name)) ?? false;
  }

  /** One run at a time on one journal. */
  wrote(process: SimulatedProcess): void {
    const { disk } = process.options.machine;
    const path = disk.paths().find((it) => it.endsWith('.journal.jsonl'));
    if (path === undefined || process.told.length === 0) return;
    const key = `${process.options.machine.host} ${path}`;
    const other = this.#lastWriter.get(key);
    if (other !== undefined && other !== process && other.alive) {
      this.#violate(7, `processes ${other.options.pid} and ${process.options.pid} write one journal`);
    }
    this.#lastWriter.set(key, process);
  }

  #look({ operation, accessKeyId = '', status, delivery, account }: Call): void {
    const kind = LISTINGS[operation];
    const seen = this.#sessions.get(accessKeyId);
    const found = account === undefined ? undefined : this.#emulator.world.accounts.get(account);
    if (kind === undefined || seen === undefined || found === undefined || delivery !== 'answer') return;
    if (status !== 200 && !(status === 404 && kind === 'password')) return;
    const holdings = describeHoldings(visibleCredentials(found, this.#simulation.now()));
    seen.kinds.set(kind, new Map([...holdings].filter(([name]) => name.split(' ')[0] === kind)));
  }

  #judgeDeletion(process: SimulatedProcess, account: string, credential: string, session: string): void {
    const planned = this.plan.accounts.get(account);
    const what = `${account} ${credential}`;
    if (account === this.#emulator.world.organization.managementAccount) {
      this.#violate(5, `${what} of the management account is deleted`);
    }
    if (planned?.decision !== 'delete') {
      this.#violate(1, `${what} is deleted although the plan says "${planned?.decision}"`);
      return;
    }
    if (!planned.actions.includes(credential)) this.#violate(1, `${what} is deleted and not in the plan`);
    if (!this.#facts.has(`${process.options.pid} ${account}`)) {
      this.#violate(3, `${what} is deleted although nobody asked for the account again`);
    } else if (this.#facts.get(`${process.options.pid} ${account}`) !== planned.facts) {
      this.#violate(3, `${what} is deleted although the account has changed`);
    }

    const kinds = this.#sessions.get(session)?.kinds ?? new Map<string, ReadonlyMap<string, string>>();
    const missing = Object.values(LISTINGS).filter((kind) => !kinds.has(kind));
    if (missing.length > 0)
      this.#violate(3, `${what} is deleted and its session has not listed ${missing} right before`);
    const seen = new Map([...kinds.values()].flatMap((listed) => [...listed]));
    const excused = sentBy(readRecords(journalOf(process)), account);
    for (const [name, description] of seen) {
      if (planned.observed.get(name) !== description) {
        this.#violate(3, `${what} is deleted although ${name} is not as planned`);
      }
    }
    for (const name of planned.observed.keys()) {
      if (!seen.has(name) && !excused.has(name)) {
        this.#violate(3, `${what} is deleted although ${name} is missing and no run of the plan deleted it`);
      }
    }
    const isMfa = credential.startsWith('mfa-device');
    if (isMfa && seen.has('password')) this.#violate(6, `${what} is deleted and the password remains`);
  }

  #violate(promise: number, sentence: string): void {
    this.violations.push(new Violation(promise, sentence));
  }
}

/** Whole lines that would survive a power failure. */
export function readRecords(text: string): JsonRecord[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonRecord);
}

export function journalOf(process: SimulatedProcess): string {
  const { disk } = process.options.machine;
  const path = disk.paths().find((it) => it.endsWith('.journal.jsonl'));
  return path === undefined ? '' : disk.durable(path);
}

/** What a journal says may have been deleted: intents, less those that AWS refused. */
export function sentBy(records: readonly JsonRecord[], account: string): Set<string> {
  const attempts = new Map<string, boolean[]>();
  for (const it of records) {
    if (it.account !== account || typeof it.kind !== 'string') continue;
    const name = nameOf(it.kind, it.id as string | undefined);
    const of = attempts.get(name) ?? [];
    attempts.set(name, of);
    if (it.type === 'deletion-intended') of.push(true);
    if (it.type === 'deletion-failed' && it.effect === 'none') of.splice(-1, 1, false);
  }
  return new Set([...attempts].filter(([, of]) => of.includes(true)).map(([name]) => name));
}

/** The credential that a request deletes: AWS's query protocol names the operation in the body. */
function deletionIn(body: string): string | undefined {
  const parameters = new URLSearchParams(body);
  switch (parameters.get('Action')) {
    case 'DeleteLoginProfile':
      return 'password';
    case 'DeactivateMFADevice':
      return nameOf('mfa-device', parameters.get('SerialNumber') ?? '');
    case 'DeleteAccessKey':
      return nameOf('access-key', parameters.get('AccessKeyId') ?? '');
    case 'DeleteSigningCertificate':
      return nameOf('signing-certificate', parameters.get('CertificateId') ?? '');
    default:
      return undefined;
  }
}
