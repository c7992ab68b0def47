/** What `apply` did, account by account, and the exit code that tells it to a script. */
import { EXIT } from '../../errors.js';
import type { ActionName } from '../action/action.js';
import type { Drift } from '../base/change.js';

/** What earlier runs of the same plan proved done (`nameTarget`), so that an account is not taken for one never touched. */
interface Earlier {
  readonly earlier?: readonly string[];
}

/** The planned actions that this run proved done. */
interface Proven extends Earlier {
  /** After this run, or an earlier one of the same plan, had asked AWS for them. */
  readonly proven: readonly ActionName[];
  /** AWS knew these credentials no more when it was asked: somebody else deleted them after they were listed. */
  readonly foundGone?: readonly ActionName[];
}

export type AccountOutcome =
  | ({ readonly kind: 'done' } & Proven)
  /** An earlier run of this plan did everything, and proved it. */
  | { readonly kind: 'done-earlier' }
  /** Not what the plan says: this run changed nothing. */
  | ({ readonly kind: 'drifted'; readonly drift: Drift } & Earlier)
  /** Could not be looked at: this run changed nothing. */
  | ({ readonly kind: 'unknown'; readonly message: string } & Earlier)
  /** Something went wrong on the way. `effect`: `none` where AWS refused all that was asked, else `unknown`. */
  | ({ readonly kind: 'failed'; readonly message: string; readonly effect: 'none' | 'unknown' } & Proven)
  | { readonly kind: 'not-started' };

export const OUTCOME_KINDS = [
  'done',
  'done-earlier',
  'drifted',
  'unknown',
  'failed',
  'not-started',
] as const satisfies readonly AccountOutcome['kind'][];

export interface LedgerLine {
  readonly account: string;
  readonly name: string;
  /** What the plan does in it. */
  readonly actions: readonly ActionName[];
  readonly outcome: AccountOutcome;
}

export interface LedgerSums {
  readonly counts: Readonly<Record<AccountOutcome['kind'], number>>;
  /** Actions that this run proved done after rootsweep had asked for them. */
  readonly actionsProven: number;
}

export interface Ledger extends LedgerSums {
  readonly lines: readonly LedgerLine[];
  /** Why no further account was started, or why the journal is not whole. */
  readonly trouble?: string;
  readonly exitCode: number;
}

type OutcomeKind = AccountOutcome['kind'];

/** What an outcome means for the run: an outcome that is not decided here would leave exit code 0. */
const RESULTS: Readonly<Record<OutcomeKind, 'complete' | 'drifted' | 'failure' | 'not-started'>> = {
  done: 'complete',
  'done-earlier': 'complete',
  drifted: 'drifted',
  unknown: 'failure',
  failed: 'failure',
  'not-started': 'not-started',
};

/** Everything that was planned is done, and proven. */
export function isComplete(kind: OutcomeKind): boolean {
  return RESULTS[kind] === 'complete';
}

/** What `stopAfterFailures` counts. */
export function isFailure(kind: OutcomeKind): boolean {
  return RESULTS[kind] === 'failure';
}

/** @param stopped whether somebody asked the run to stop; it was interrupted if that left accounts unstarted. */
export function closeLedger(lines: readonly LedgerLine[], stopped: boolean, trouble?: string): Ledger {
  const counts = { done: 0, 'done-earlier': 0, drifted: 0, unknown: 0, failed: 0, 'not-started': 0 };
  let actionsProven = 0;
  for (const { outcome } of lines) {
    counts[outcome.kind] += 1;
    if ('proven' in outcome) actionsProven += outcome.proven.length;
  }
  const exitCode = findExitCode(lines, stopped, trouble);
  return { lines, counts, actionsProven, ...(trouble === undefined ? {} : { trouble }), exitCode };
}

function findExitCode(lines: readonly LedgerLine[], stopped: boolean, trouble: string | undefined): number {
  const results = new Set(lines.map(({ outcome }) => RESULTS[outcome.kind]));
  const halfDone = lines.some(({ outcome }) => outcome.kind === 'drifted' && outcome.earlier !== undefined);
  if (stopped && results.has('not-started')) return EXIT.interrupted;
  if (halfDone || trouble !== undefined || results.has('failure') || results.has('not-started')) {
    return EXIT.partial;
  }
  return results.has('drifted') ? EXIT.drift : EXIT.done;
}
