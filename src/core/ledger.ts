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

/** Everything that was planned is done, and proven. */
export function isComplete(kind: AccountOutcome['kind'] | RemedyOutcome['kind']): boolean {
  return ['deleted', 'already-deleted', 'remedied', 'already-remedied'].includes(kind);
}

/** What `stopAfterFailures` counts. */
export function isFailure(kind: AccountOutcome['kind'] | RemedyOutcome['kind']): boolean {
  return kind === 'failed' || kind === 'unknown';
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
  const has = (...kinds: readonly string[]) => lines.some(({ outcome }) => kinds.includes(outcome.kind));
  const halfDone = lines.some(({ outcome }) => outcome.kind === 'drifted' && outcome.earlier !== undefined);
  if (stopped && has('not-started')) return EXIT.interrupted;
  if (halfDone || trouble !== undefined || has('failed', 'unknown', 'not-started')) return EXIT.partial;
  return has('drifted') ? EXIT.drift : EXIT.done;
}
