/** Applies a plan of remedies that was verified: the outcome of every account, and the ledger, whatever happens. */

import { nameOnly } from '../core/action.js';
import { foldJournal, type JournalRecord } from '../core/journal.js';
import { type AccountOutcome, closeLedger, isFailure, type Ledger, type LedgerLine } from '../core/ledger.js';
import type { RemedyEntry, RemedyPlan } from '../core/remedy.js';
import { formatTime } from '../core/time.js';
import type { ActionEvent } from './apply-account.js';
import { applyRemedy, type RemedyDependencies } from './apply-remedy.js';
import type { Journal } from './ports.js';
import { type ApplyRun, describeTrouble, isNamed, type Narrowing, startRun } from './run.js';

export type RemediesEvent =
  | ActionEvent
  | { readonly type: 'account-started'; readonly account: string; readonly name: string }
  | ({ readonly type: 'account-ended' } & LedgerLine);

export interface RemediesOptions extends Omit<RemedyDependencies, 'journal' | 'onEvent'> {
  readonly journal: Journal;
  readonly run: ApplyRun;
  readonly narrowing: Narrowing;
  /** Asked before each account is begun: throws where the plan may no longer be applied. */
  readonly checkStillGood: () => void;
  /** Aborted: no further account is started, the running one finishes. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: RemediesEvent) => void;
}

/** The entries of a plan, less those that `--only` and `--exclude` leave out. */
export function selectRemedies({ accounts }: RemedyPlan, narrowing: Narrowing): RemedyEntry[] {
  return accounts.filter(({ id }) => isNamed(narrowing, id));
}

/**
 * One account after the other, up to the first that fails.
 * @throws what appending to the journal throws, if not even the start of the run could be written.
 */
export async function applyRemedies(plan: RemedyPlan, options: RemediesOptions): Promise<Ledger> {
  const { journal, run, narrowing, checkStillGood, clock, stop, onEvent } = options;
  const entries = selectRemedies(plan, narrowing);
  const earlier = foldJournal(journal.earlier);
  const outcomes = new Map<string, AccountOutcome>();
  const now = () => formatTime(clock.now());
  let trouble: string | undefined;
  const note = (error: unknown) => {
    trouble ??= describeTrouble(error);
  };
  /** A listener that fails is a trouble, and no reason to lose the ledger. */
  const tell = (event: RemediesEvent) => {
    try {
      onEvent(event);
    } catch (error) {
      note(error);
    }
  };

  await journal.append(startRun(plan, run, narrowing, now()));
  for (const entry of entries) {
    if (stop.aborted || trouble !== undefined) break;
    const { id: account, name } = entry;
    try {
      checkStillGood();
      onEvent({ type: 'account-started', account, name });
      const { outcome, fatal } = await applyRemedy(entry, earlier, { ...options, onEvent: tell });
      if (outcome.kind === 'not-started') break;
      outcomes.set(account, outcome);
      if (fatal && outcome.kind === 'failed') note(outcome.message);
      tell({ type: 'account-ended', account, name, actions: [nameOnly(entry.remedy)], outcome });
      await journal.append(recordEnd(entry, outcome, now()));
      if (isFailure(outcome.kind)) break;
    } catch (error) {
      note(error);
    }
  }
  const stopped = stop.aborted;
  const close = () =>
    closeLedger(
      entries.map((entry) => ({
        account: entry.id,
        name: entry.name,
        actions: [nameOnly(entry.remedy)],
        outcome: outcomes.get(entry.id) ?? { kind: 'not-started' },
      })),
      stopped,
      trouble,
    );
  if (close().counts['not-started'] > 0 && [...outcomes.values()].some(({ kind }) => isFailure(kind))) {
    note(new Error('the first failure stops a plan of remedies'));
  }
  const said = trouble === undefined ? {} : { trouble };
  await journal
    .append({ type: 'run-ended', at: now(), run: run.id, exitCode: close().exitCode, ...said })
    .catch(note);
  return close();
}

function recordEnd({ id: account, name }: RemedyEntry, outcome: AccountOutcome, at: string): JournalRecord {
  return {
    type: 'account-ended',
    at,
    account,
    name,
    outcome: outcome.kind,
    ...('message' in outcome ? { message: outcome.message } : {}),
    ...(outcome.kind === 'drifted'
      ? { drift: { planned: outcome.drift.planned, found: outcome.drift.found } }
      : {}),
  };
}
