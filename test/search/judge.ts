/**
 * Watches runs of `apply` from where they cannot see it, and judges each request at the instant at which it leaves, by
 * what the emulator knows, what the plan says and what is on the disk. The word of the tool counts for nothing here.
 */
import type { LoggedCall } from '../../src/emulator/call-log.js';
import type { Emulator } from '../../src/emulator/emulator.js';
import { readJournal } from './journal-records.js';
import { findRefusal, Refusals } from './judge-organization.js';
import { deletionIn, judgeRequest, type Request } from './judge-request.js';
import { describeAccount, describeHoldings, isSame, nameOf, type PlannedState } from './planned-state.js';
import type { Policy } from './policy.js';
import { Sessions, sightOf, unseenBy } from './sessions.js';
import type { JsonRecord, Observer, SimulatedProcess } from './simulated-process.js';
import type { Simulation } from './simulation.js';
import { Violation } from './violation.js';

/** A deletion that took effect. */
export interface Deed {
  readonly process: SimulatedProcess;
  readonly account: string;
  readonly credential: string;
}

/** How things stood when a process began an account. */
export interface Beginning {
  readonly process: SimulatedProcess;
  readonly account: string;
  /** Accounts that the process has seen to be done. */
  readonly done: number;
  /** Accounts that it works on. */
  readonly running: number;
  readonly failures: number;
  /** Whether it had been told to stop. */
  readonly stopped: boolean;
}

/** What a process is at, and how far it is. */
interface Progress {
  readonly running: Set<string>;
  readonly done: Set<string>;
  failures: number;
}

export class Judge implements Observer {
  readonly #emulator: Emulator;
  readonly plan: PlannedState;
  readonly #policy: Policy;
  readonly violations: Violation[] = [];
  readonly requests: Request[] = [];
  readonly deeds: Deed[] = [];
  readonly begun: Beginning[] = [];
  /** Accounts that somebody else made another than the plan shows. */
  readonly changed = new Set<string>();
  readonly refusals = new Refusals();
  readonly #sessions: Sessions;
  readonly #calls = new Map<SimulatedProcess, LoggedCall[]>();
  readonly #progress = new Map<SimulatedProcess, Progress>();
  /** The facts of an account when a process last asked for them. */
  readonly #facts = new Map<string, string>();
  readonly #lastWriter = new Map<string, SimulatedProcess>();

  constructor(emulator: Emulator, simulation: Simulation, plan: PlannedState, policy: Policy) {
    this.#emulator = emulator;
    this.#sessions = new Sessions(emulator, simulation);
    this.plan = plan;
    this.#policy = policy;
  }

  callsOf(process: SimulatedProcess): readonly LoggedCall[] {
    return this.#calls.get(process) ?? [];
  }

  requested(process: SimulatedProcess, body: string, accessKeyId: string): void {
    const credential = deletionIn(body);
    if (credential === undefined) return;
    const session = this.#sessions.get(accessKeyId);
    if (session === undefined) {
      this.violations.push(new Violation(1, `${credential} is to be deleted by no root session`));
      return;
    }
    const request = { session, credential, seen: sightOf(session) };
    this.requests.push(request);
    const circumstances = {
      managementAccount: this.#emulator.world.organization.managementAccount,
      planned: this.plan.accounts.get(session.account),
      facts: this.#facts.get(`${process.options.pid} ${session.account}`),
      records: readJournal(process),
      times: this.requests.filter((it) => it.session === session && it.credential === credential).length,
    };
    this.violations.push(...judgeRequest(request, circumstances));
    // The next one wants a look of its own: a new password has no id to tell it by.
    session.seen.clear();
  }

  called(process: SimulatedProcess, call: LoggedCall): void {
    const calls = this.#calls.get(process) ?? [];
    this.#calls.set(process, calls);
    calls.push(call);
    this.#sessions.watch(process, call);
    const { service, account, operation, effect, delivery, status } = call;
    if (service === 'organizations')
      this.refusals.note(process, findRefusal(this.plan, this.#policy, this.#emulator.world));
    if (account === undefined) return;
    if (operation === 'DescribeAccount' && delivery === 'answer' && status === 200) {
      const found = this.#emulator.account(account);
      const hasTags = this.plan.accounts.get(account)?.hasTags ?? false;
      const facts = describeAccount(this.#emulator.world, found, hasTags);
      this.#facts.set(`${process.options.pid} ${account}`, facts);
    }
    if (effect?.kind === 'deleted') {
      const credential = nameOf(effect.credential.kind, effect.credential.id);
      this.deeds.push({ process, account: effect.account, credential });
    }
    if (call.faults?.includes('change-account')) this.noteChange(account);
  }

  /** To be told whenever anybody but a run of the plan may have changed an account. */
  noteChange(id: string): void {
    const planned = this.plan.accounts.get(id);
    if (planned?.decision !== 'delete') return;
    const account = this.#emulator.account(id);
    const holdings = describeHoldings(account);
    const deleted = new Set(this.deeds.filter((it) => it.account === id).map((it) => it.credential));
    const isAsPlanned =
      account.member &&
      describeAccount(this.#emulator.world, account, planned.hasTags) === planned.facts &&
      [...holdings].every(([name, it]) => planned.observed.get(name) === it) &&
      [...planned.observed.keys()].every((name) => holdings.has(name) || deleted.has(name));
    if (!isAsPlanned) this.changed.add(id);
  }

  told(process: SimulatedProcess, { type, account, outcome }: JsonRecord): void {
    const id = String(account);
    const progress = this.#progressOf(process);
    if (type === 'account-started') {
      const { running, done, failures } = progress;
      const stopped = process.stoppedAfter !== undefined;
      this.begun.push({ process, account: id, done: done.size, running: running.size, failures, stopped });
      running.add(id);
    }
    if (type !== 'account-ended') return;
    progress.running.delete(id);
    const { kind } = outcome as { readonly kind: string };
    if (kind === 'failed' || kind === 'unknown') progress.failures += 1;
    if (kind === 'done' || kind === 'done-earlier') {
      this.#judgeDone(process, id, kind);
      progress.done.add(id);
    }
  }

  /** One run at a time on one journal. */
  wrote(process: SimulatedProcess): void {
    const { disk } = process.options.machine;
    const path = disk.paths().find((it) => it.endsWith('.journal.jsonl'));
    if (path === undefined || process.told.length === 0) return;
    const key = `${process.options.machine.host} ${path}`;
    const other = this.#lastWriter.get(key);
    if (other !== undefined && other !== process && other.alive) {
      const both = `${other.options.pid} and ${process.options.pid}`;
      this.violations.push(new Violation(7, `processes ${both} write one journal`));
    }
    this.#lastWriter.set(key, process);
  }

  /** Done is what was looked at after the last deletion: nothing planned is there, and all else is as it was. */
  #judgeDone(process: SimulatedProcess, id: string, kind: string): void {
    const violate = (sentence: string) =>
      this.violations.push(new Violation(8, `${id} is said to be ${kind} ${sentence}`));
    const session = this.#sessions.last(process, id);
    const planned = this.plan.accounts.get(id);
    if (session === undefined || planned === undefined) {
      violate('and nobody looked');
      return;
    }
    const unseen = unseenBy(session);
    if (unseen.length > 0) violate(`and ${unseen} was not listed after the last deletion`);
    const kept = new Map([...planned.observed].filter(([name]) => !planned.actions.includes(name)));
    const seen = sightOf(session);
    if (!isSame(seen, kept))
      violate(`and was last seen with ${[...seen.keys()]}, to be kept were ${[...kept.keys()]}`);
  }

  #progressOf(process: SimulatedProcess): Progress {
    const progress = this.#progress.get(process) ?? { running: new Set(), done: new Set(), failures: 0 };
    this.#progress.set(process, progress);
    return progress;
  }
}
