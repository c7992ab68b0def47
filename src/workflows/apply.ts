/** Applies a plan that was verified: the outcome of every account, and the ledger, whatever happens. */
import pLimit from 'p-limit';
import { foldJournal } from '../core/journal.js';
import { type AccountOutcome, closeLedger, type Ledger, type LedgerLine } from '../core/ledger.js';
import { type DeleteEntry, isDeleteEntry, type Plan } from '../core/plan.js';
import { formatTime } from '../core/time.js';
import { type ApplyDependencies, applyAccount, type DeletionEvent } from './apply-account.js';
import type { Journal } from './ports.js';

export type ApplyEvent =
  | DeletionEvent
  | { readonly type: 'account-started'; readonly account: string; readonly name: string }
  | {
      readonly type: 'account-ended';
      readonly account: string;
      readonly name: string;
      readonly outcome: AccountOutcome;
    };

/** Who runs `apply`, for the journal. */
export interface ApplyRun {
  /** UUID. */
  readonly id: string;
  readonly caller: string;
  readonly tool: string;
  readonly host: string;
  readonly pid: number;
}

export interface ApplyOptions extends Omit<ApplyDependencies, 'journal' | 'onEvent'> {
  readonly journal: Journal;
  readonly run: ApplyRun;
  /** The plan's digest. */
  readonly digest: string;
  /** The accounts to work on: those that the plan marks `delete`, less what a flag took away. */
  readonly entries: readonly DeleteEntry[];
  readonly concurrency: number;
  /** Aborted: no further account is started, the running ones finish. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: ApplyEvent) => void;
}

/** The entries in which the plan deletes something, less those that `--only` and `--exclude` leave out. */
export function selectEntries(
  plan: Plan,
  only: ReadonlySet<string> | undefined,
  exclude: ReadonlySet<string>,
): DeleteEntry[] {
  return plan.accounts
    .filter(isDeleteEntry)
    .filter(({ id }) => (only === undefined || only.has(id)) && !exclude.has(id));
}

export async function applyPlan(plan: Plan, options: ApplyOptions): Promise<Ledger> {
  const { journal, run, digest, entries, clock, stop, onEvent } = options;
  const earlier = foldJournal(journal.earlier);
  const limit = pLimit(options.concurrency);
  let trouble: string | undefined;
  const now = () => formatTime(clock.now());
  const note = (error: unknown) => {
    trouble ??= error instanceof Error ? error.message : String(error);
  };

  /** Never rejects: a rejection would lose the ledger, and leave other accounts at work behind a closed journal. */
  async function work(entry: DeleteEntry): Promise<LedgerLine> {
    const { id: account, name } = entry;
    if (trouble !== undefined || stop.aborted) return { account, name, outcome: { kind: 'not-started' } };
    let outcome: AccountOutcome = { kind: 'not-started' };
    try {
      onEvent({ type: 'account-started', account, name });
      const result = await applyAccount(entry, earlier, { ...options, onEvent });
      outcome = result.outcome;
      if (result.fatal && outcome.kind === 'failed') note(outcome.message);
      onEvent({ type: 'account-ended', account, name, outcome });
      await journal.append({ type: 'account-ended', at: now(), account, outcome: outcome.kind });
    } catch (error) {
      note(error);
    }
    return { account, name, outcome };
  }

  const { id, ...who } = run;
  const accounts = entries.map((entry) => entry.id);
  await journal.append({ type: 'run-started', at: now(), run: id, plan: plan.id, digest, ...who, accounts });
  const lines = await Promise.all(entries.map((entry) => limit(work, entry)));
  const { exitCode } = closeLedger(lines, stop.aborted, trouble);
  await journal.append({ type: 'run-ended', at: now(), run: id, exitCode }).catch(note);
  return closeLedger(lines, stop.aborted, trouble);
}
