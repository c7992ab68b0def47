/** Applies a verified plan. Every account has an outcome, and there is always a ledger. */
import pLimit, { type LimitFunction } from 'p-limit';
import { type Action, type ActionName, nameOnly, nameTarget } from '../core/action/action.js';
import { foldJournal, type JournalRecord, type JournalState } from '../core/apply/journal.js';
import {
  type AccountOutcome,
  closeLedger,
  isComplete,
  isFailure,
  type Ledger,
  type LedgerLine,
  type LedgerSums,
} from '../core/apply/ledger.js';
import { defined } from '../core/base/defined.js';
import { formatTime } from '../core/base/time.js';
import { type ActionEntry, isActionEntry, type Plan } from '../core/plan/plan.js';
import { findWave, type Rollout } from '../core/plan/rollout.js';
import { type ActionEvent, type ApplyDependencies, applyAccount } from './apply-account.js';
import type { Journal } from './ports.js';
import { type ApplyRun, describeTrouble, isNamed, type Narrowing, startRun } from './run.js';

export type ApplyEvent =
  | ActionEvent
  /** `wave` counts from 1. */
  | {
      readonly type: 'wave-started';
      readonly wave: number;
      readonly of: number;
      readonly accounts: number;
      /** More accounts of the same wave, in place of those that did not complete. */
      readonly goesOn: boolean;
    }
  /** The sums before the next wave. */
  | ({ readonly type: 'wave-ended'; readonly wave: number; readonly of: number } & LedgerSums)
  | { readonly type: 'account-started'; readonly account: string; readonly name: string }
  | ({ readonly type: 'account-ended' } & LedgerLine);

export interface ApplyOptions extends Omit<ApplyDependencies, 'journal' | 'onEvent'> {
  readonly journal: Journal;
  readonly run: ApplyRun;
  readonly narrowing: Narrowing;
  readonly rollout: Rollout;
  /** Called before each account is started. @throws RootsweepError if the plan may no longer be applied. */
  readonly checkStillGood: () => void;
  /** How many accounts are worked on at the same time. */
  readonly concurrency: number;
  /** Once aborted, no further account is started, and running ones finish. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: ApplyEvent) => void;
}

/** The entries in which the plan acts, except those that `--only` and `--exclude` leave out. */
export function selectEntries(plan: Plan, narrowing: Narrowing): ActionEntry[] {
  return plan.accounts.filter(isActionEntry).filter(({ id }) => isNamed(narrowing, id));
}

/** @throws the error of the journal if the start of the run could not be written. */
export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<Ledger> {
  const rollout = new RolloutRun(plan, options);
  await rollout.begin();
  await rollout.runWaves();
  return rollout.end();
}

class RolloutRun {
  readonly #options: ApplyOptions;
  readonly #plan: Plan;
  readonly #entries: readonly ActionEntry[];
  readonly #earlier: JournalState;
  readonly #outcomes = new Map<string, AccountOutcome>();
  /** Accounts that this run saw complete. Those of earlier runs do not advance the waves. */
  readonly #completed = new Set<string>();
  readonly #limit: LimitFunction;
  #failures = 0;
  /** Whether the user asked to stop before the work ended. */
  #stopped = false;
  #trouble: string | undefined;

  constructor(plan: Plan, options: ApplyOptions) {
    this.#options = options;
    this.#plan = plan;
    this.#entries = selectEntries(plan, options.narrowing);
    this.#earlier = foldJournal(options.journal.earlier);
    this.#limit = pLimit(
      Math.min(options.concurrency, options.rollout.mostAtOnce ?? Number.POSITIVE_INFINITY),
    );
  }

  begin(): Promise<void> {
    const { journal, narrowing, run } = this.#options;
    return journal.append(startRun(this.#plan, run, narrowing, this.#now()));
  }

  /** Never rejects: a rejection would lose the ledger, and close the journal while accounts are at work. */
  async runWaves(): Promise<void> {
    const { started, completed } = this.#earlier;
    const wasStarted = ({ id }: ActionEntry) => started.has(id) || completed.has(id);
    // Accounts that an earlier run started are finished before others are started.
    const queue = [
      ...this.#entries.filter(wasStarted),
      ...this.#entries.filter((entry) => !wasStarted(entry)),
    ];
    const total = this.#plan.accounts.filter(isActionEntry).length;
    let wave = { number: 0, of: 0 };
    while (queue.length > 0 && !this.#isHalted()) {
      const next = findWave(this.#options.rollout.waves, total, this.#completed.size);
      if (next === undefined) return;
      const goesOn = next.number === wave.number;
      if (!goesOn && this.#outcomes.size > 0) {
        const { counts, actionsProven } = this.#close();
        this.#emit({ type: 'wave-ended', wave: wave.number, of: wave.of, counts, actionsProven });
      }
      wave = next;
      await this.#runBatch(queue.splice(0, next.target - this.#completed.size), wave, goesOn);
    }
  }

  async end(): Promise<Ledger> {
    const { journal, run, rollout, stop } = this.#options;
    const failures = this.#failures;
    this.#stopped = stop.aborted;
    if (failures >= rollout.stopAfterFailures && this.#close().counts['not-started'] > 0) {
      this.#note(`the rollout stopped after ${failures === 1 ? '1 failure' : `${failures} failures`}`);
    }
    const { exitCode, trouble } = this.#close();
    await journal
      .append(defined({ type: 'run-ended', at: this.#now(), run: run.id, exitCode, trouble }))
      .catch((error: unknown) => this.#note(error));
    return this.#close();
  }

  async #runBatch(
    batch: readonly ActionEntry[],
    { number: wave, of }: { readonly number: number; readonly of: number },
    goesOn: boolean,
  ): Promise<void> {
    this.#emit({ type: 'wave-started', wave, of, accounts: batch.length, goesOn });
    const accounts = batch.map(({ id }) => id);
    await this.#options.journal
      .append({ type: 'wave-started', at: this.#now(), wave, accounts })
      .catch((error: unknown) => this.#note(error));
    await Promise.all(batch.map((entry) => this.#limit(() => this.#work(entry))));
  }

  async #work(entry: ActionEntry): Promise<void> {
    const { id: account, name } = entry;
    if (this.#isHalted()) return;
    try {
      this.#options.checkStillGood();
      this.#options.onEvent({ type: 'account-started', account, name });
      const { outcome, fatal } = await applyAccount(entry, this.#earlier, {
        ...this.#options,
        onEvent: (it) => this.#emit(it),
      });
      if (outcome.kind === 'not-started') return;
      this.#outcomes.set(account, outcome);
      if (isComplete(outcome.kind)) this.#completed.add(account);
      if (isFailure(outcome.kind)) this.#failures += 1;
      if (fatal && outcome.kind === 'failed') this.#note(outcome.message);
      this.#emit({ type: 'account-ended', account, name, actions: namesOf(entry), outcome });
      await this.#options.journal.append(recordEnd(entry, outcome, this.#now()));
    } catch (error) {
      this.#note(error);
    }
  }

  #isHalted(): boolean {
    const { stop, rollout } = this.#options;
    return this.#trouble !== undefined || stop.aborted || this.#failures >= rollout.stopAfterFailures;
  }

  #close(): Ledger {
    const lines = this.#entries.map((entry): LedgerLine => {
      const { id: account, name } = entry;
      const outcome = this.#outcomes.get(account) ?? { kind: 'not-started' };
      return { account, name, actions: namesOf(entry), outcome };
    });
    return closeLedger(lines, this.#stopped, this.#trouble);
  }

  /** A failing listener must not lose the ledger. */
  #emit(event: ApplyEvent): void {
    try {
      this.#options.onEvent(event);
    } catch (error) {
      this.#note(error);
    }
  }

  #note(error: unknown): void {
    this.#trouble ??= describeTrouble(error);
  }

  #now(): string {
    return formatTime(this.#options.clock.now());
  }
}

function namesOf({ actions }: ActionEntry): ActionName[] {
  return (actions as readonly Action[]).map(nameOnly);
}

function recordEnd({ id: account, name }: ActionEntry, outcome: AccountOutcome, at: string): JournalRecord {
  const message = 'message' in outcome ? outcome.message : undefined;
  const foundGone = 'foundGone' in outcome ? outcome.foundGone?.map(nameTarget) : undefined;
  const { planned, found } = outcome.kind === 'drifted' ? outcome.drift : {};
  const drift = planned && found && { planned, found };
  return defined({
    type: 'account-ended',
    at,
    account,
    name,
    outcome: outcome.kind,
    message,
    drift,
    foundGone,
  });
}
