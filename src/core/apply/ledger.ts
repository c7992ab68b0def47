/** The outcome of `apply` for each account, and its exit code. */
import { EXIT } from '../../errors.js';
import type { ActionName } from '../action/action.js';
import type { Drift } from '../base/change.js';
import { defined } from '../base/defined.js';

/** Targets (`nameTarget`) that earlier runs of the plan proved done: the account is not untouched. */
interface Earlier {
  readonly earlier?: readonly string[];
}

/** The planned actions that this run proved done. */
interface Proven extends Earlier {
  /** Requested by this run or an earlier one of the plan. */
  readonly proven: readonly ActionName[];
  /** Credentials that AWS reported as absent: deleted after the listing, and not by rootsweep. */
  readonly foundGone?: readonly ActionName[];
}

export type AccountOutcome =
  | ({ readonly kind: 'done' } & Proven)
  /** An earlier run of this plan proved everything done. */
  | { readonly kind: 'done-earlier' }
  /** The account differs from the plan: this run changed nothing. */
  | ({ readonly kind: 'drifted'; readonly drift: Drift } & Earlier)
  /** The account could not be read: this run changed nothing. */
  | ({ readonly kind: 'unknown'; readonly message: string } & Earlier)
  /** `effect`: `none` if AWS refused every request, else `unknown`. */
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
  /** The planned actions. */
  readonly actions: readonly ActionName[];
  readonly outcome: AccountOutcome;
}

export interface LedgerSums {
  readonly counts: Readonly<Record<AccountOutcome['kind'], number>>;
  /** Actions that rootsweep requested and this run proved done. */
  readonly actionsProven: number;
}

export interface Ledger extends LedgerSums {
  readonly lines: readonly LedgerLine[];
  /** Why no further account was started, or why the journal is incomplete. */
  readonly trouble?: string;
  readonly exitCode: number;
}

type OutcomeKind = AccountOutcome['kind'];

/** What each outcome means for the exit code. */
const RESULTS: Readonly<Record<OutcomeKind, 'complete' | 'drifted' | 'failure' | 'not-started'>> = {
  done: 'complete',
  'done-earlier': 'complete',
  drifted: 'drifted',
  unknown: 'failure',
  failed: 'failure',
  'not-started': 'not-started',
};

/** Whether everything planned is proven. */
export function isComplete(kind: OutcomeKind): boolean {
  return RESULTS[kind] === 'complete';
}

/** What `stopAfterFailures` counts. */
export function isFailure(kind: OutcomeKind): boolean {
  return RESULTS[kind] === 'failure';
}

/** @param stopped whether the user asked to stop; the run was interrupted if accounts were left unstarted. */
export function closeLedger(lines: readonly LedgerLine[], stopped: boolean, trouble?: string): Ledger {
  const counts = { done: 0, 'done-earlier': 0, drifted: 0, unknown: 0, failed: 0, 'not-started': 0 };
  let actionsProven = 0;
  for (const { outcome } of lines) {
    counts[outcome.kind] += 1;
    if ('proven' in outcome) actionsProven += outcome.proven.length;
  }
  return defined({ lines, counts, actionsProven, trouble, exitCode: findExitCode(lines, stopped, trouble) });
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
