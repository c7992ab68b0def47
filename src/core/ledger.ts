/** What `apply` did, account by account, and the exit code that tells it to a script. */
import { EXIT } from '../errors.js';
import type { CredentialName } from './credentials.js';
import type { Drift } from './drift.js';
import type { RemedyOutcome } from './remedy-ledger.js';

/** What earlier runs of the same plan proved gone, so that an account is not taken for one never touched. */
interface Earlier {
  readonly earlier?: readonly string[];
}

/** The planned credentials that this run proved gone. */
interface Done extends Earlier {
  /** After this run, or an earlier one of the same plan, had asked AWS to delete them. */
  readonly deleted: readonly CredentialName[];
  /** AWS knew them no more when it was asked: somebody else deleted them after they were listed. */
  readonly foundGone?: readonly CredentialName[];
}

export type AccountOutcome =
  | ({ readonly kind: 'deleted' } & Done)
  /** An earlier run of this plan deleted everything, and proved it. */
  | { readonly kind: 'already-deleted' }
  /** Not what the plan says: this run deleted nothing. */
  | ({ readonly kind: 'drifted'; readonly drift: Drift } & Earlier)
  /** Could not be looked at: this run deleted nothing. */
  | ({ readonly kind: 'unknown'; readonly message: string } & Earlier)
  /** Something went wrong on the way, perhaps after something was deleted. */
  | ({ readonly kind: 'failed'; readonly message: string } & Done)
  | { readonly kind: 'not-started' };

export const OUTCOME_KINDS = [
  'deleted',
  'already-deleted',
  'drifted',
  'unknown',
  'failed',
  'not-started',
] as const satisfies readonly AccountOutcome['kind'][];

export interface LedgerLine {
  readonly account: string;
  readonly name: string;
  readonly outcome: AccountOutcome;
}

export interface LedgerSums {
  readonly counts: Readonly<Record<AccountOutcome['kind'], number>>;
  /** Credentials that this run proved gone after rootsweep had deleted them. */
  readonly credentialsDeleted: number;
}

export interface Ledger extends LedgerSums {
  readonly lines: readonly LedgerLine[];
  /** Why no further account was started, or why the journal is not whole. */
  readonly trouble?: string;
  readonly exitCode: number;
}

type OutcomeKind = AccountOutcome['kind'] | RemedyOutcome['kind'];

/** What an outcome means for the run: an outcome that is not decided here would leave exit code 0. */
const RESULTS: Readonly<Record<OutcomeKind, 'complete' | 'drifted' | 'failure' | 'not-started'>> = {
  deleted: 'complete',
  'already-deleted': 'complete',
  remedied: 'complete',
  'already-remedied': 'complete',
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
  const counts = { deleted: 0, 'already-deleted': 0, drifted: 0, unknown: 0, failed: 0, 'not-started': 0 };
  let credentialsDeleted = 0;
  for (const { outcome } of lines) {
    counts[outcome.kind] += 1;
    if (outcome.kind === 'deleted' || outcome.kind === 'failed') credentialsDeleted += outcome.deleted.length;
  }
  const exitCode = findExitCode(lines, stopped, trouble);
  return { lines, counts, credentialsDeleted, ...(trouble === undefined ? {} : { trouble }), exitCode };
}

/** The exit code for the outcomes of a run, whatever it was to do. Parameters as those of `closeLedger`. */
export function findExitCode(
  lines: readonly { readonly outcome: AccountOutcome | RemedyOutcome }[],
  stopped: boolean,
  trouble: string | undefined,
): number {
  const results = new Set(lines.map(({ outcome }) => RESULTS[outcome.kind]));
  const halfDone = lines.some(({ outcome }) => outcome.kind === 'drifted' && outcome.earlier !== undefined);
  if (stopped && results.has('not-started')) return EXIT.interrupted;
  if (halfDone || trouble !== undefined || results.has('failure') || results.has('not-started')) {
    return EXIT.partial;
  }
  return results.has('drifted') ? EXIT.drift : EXIT.done;
}
