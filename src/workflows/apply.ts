/** Applies a plan that was verified: the outcome of every account, and the ledger, whatever happens. */
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
      /** Further accounts of the same wave, instead of those that were left alone. */
      readonly goesOn: boolean;
    }
  /** The ledger so far, before the next wave. */
  | ({ readonly type: 'wave-ended'; readonly wave: number; readonly of: number } & LedgerSums)
  | { readonly type: 'account-started'; readonly account: string; readonly name: string }
  | ({ readonly type: 'account-ended' } & LedgerLine);

export interface ApplyOptions extends Omit<ApplyDependencies, 'journal' | 'onEvent'> {
  readonly journal: Journal;
  readonly run: ApplyRun;
  readonly narrowing: Narrowing;
  readonly rollout: Rollout;
  /** Called before each account is started. @throws RootsweepError where the plan may no longer be applied. */
  readonly checkStillGood: () => void;
  /** The most accounts at the same time. */
  readonly concurrency: number;
  /** Aborted: no further account is started, the running ones finish. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: ApplyEvent) => void;
}

/** The entries in which the plan acts, less those that `--only` and `--exclude` leave out. */
export function selectEntries(plan: Plan, narrowing: Narrowing): ActionEntry[] {
  return plan.accounts.filter(isActionEntry).filter(({ id }) => isNamed(narrowing, id));
}

/** @throws what appending to the journal throws, if not even the start of the run could be written. */
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
  /** Accounts that this run saw to be done: what a journal says of others is no reason to hurry. */
  readonly #completed = new Set<string>();
  readonly #limit: LimitFunction;
  #failures = 0;
  /** Whether somebody had asked to stop before the work was over: what comes later stops nothing. */
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

  /** Never rejects: a rejection would lose the ledger, and leave accounts at work behind a closed journal. */
  async runWaves(): Promise<void> {
    const { started, completed } = this.#earlier;
    const wasStarted = ({ id }: ActionEntry) => started.has(id) || completed.has(id);
    // What an earlier run had begun is brought to its end before anything new is begun.
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
        this.#tell({ type: 'wave-ended', wave: wave.number, of: wave.of, counts, actionsProven });
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
      const said = failures === 1 ? '1 failure' : `${failures} failures`;
      this.#note(`the rollout stopped after ${said}`);
    }
    const { exitCode, trouble } = this.#close();
    const said = trouble === undefined ? {} : { trouble };
    await journal
      .append({ type: 'run-ended', at: this.#now(), run: run.id, exitCode, ...said })
      .catch((error: unknown) => this.#note(error));
    return this.#close();
  }

  async #runBatch(
    batch: readonly ActionEntry[],
    { number: wave, of }: { readonly number: number; readonly of: number },
    goesOn: boolean,
  ): Promise<void> {
    this.#tell({ type: 'wave-started', wave, of, accounts: batch.length, goesOn });
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
        onEvent: (it) => this.#tell(it),
      });
      if (outcome.kind === 'not-started') return;
      this.#outcomes.set(account, outcome);
      if (isComplete(outcome.kind)) this.#completed.add(account);
      if (isFailure(outcome.kind)) this.#failures += 1;
      if (fatal && outcome.kind === 'failed') this.#note(outcome.message);
      this.#tell({ type: 'account-ended', account, name, actions: namesOf(entry), outcome });
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

  /** A listener that fails is a trouble, and no reason to lose the ledger. */
  #tell(event: ApplyEvent): void {
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
  const { kind } = outcome;
  const foundGone = 'foundGone' in outcome ? outcome.foundGone?.map(nameTarget) : undefined;
  return {
    type: 'account-ended',
    at,
    account,
    name,
    outcome: kind,
    ...('message' in outcome ? { message: outcome.message } : {}),
    ...(kind === 'drifted' ? { drift: { planned: outcome.drift.planned, found: outcome.drift.found } } : {}),
    ...(foundGone === undefined ? {} : { foundGone }),
  };
}
