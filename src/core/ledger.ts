/** What `apply` did, account by account, and the exit code that tells it to a script. */
import { EXIT } from '../errors.js';
import type { CredentialName } from './credentials.js';
import type { Drift } from './drift.js';

/**
 * How an account ended. `deleted` names the credentials that this run proved gone; `earlier` those that earlier runs
 * of the same plan did, so that an account left alone now is not taken for one that was never touched.
 */
export type AccountOutcome =
  | { readonly kind: 'deleted'; readonly deleted: readonly CredentialName[] }
  /** An earlier run of this plan deleted everything, and proved it. */
  | { readonly kind: 'already-deleted' }
  /** Not what the plan says: nothing was deleted. */
  | { readonly kind: 'drifted'; readonly drift: Drift; readonly earlier?: readonly string[] }
  /** Could not be looked at: nothing was deleted. */
  | { readonly kind: 'unknown'; readonly message: string; readonly earlier?: readonly string[] }
  /** Something went wrong on the way, perhaps after something was deleted. */
  | { readonly kind: 'failed'; readonly deleted: readonly CredentialName[]; readonly message: string }
  | { readonly kind: 'not-started' };

export interface LedgerLine {
  readonly account: string;
  readonly name: string;
  readonly outcome: AccountOutcome;
}

export interface Ledger {
  readonly lines: readonly LedgerLine[];
  readonly counts: Readonly<Record<AccountOutcome['kind'], number>>;
  /** Credentials that this run deleted and proved gone. */
  readonly credentialsDeleted: number;
  /** Why no further account was started, or why the journal is not whole. */
  readonly trouble?: string;
  readonly exitCode: number;
}

/** @param interrupted whether somebody stopped the run. */
export function closeLedger(lines: readonly LedgerLine[], interrupted: boolean, trouble?: string): Ledger {
  const counts = { deleted: 0, 'already-deleted': 0, drifted: 0, unknown: 0, failed: 0, 'not-started': 0 };
  let credentialsDeleted = 0;
  for (const { outcome } of lines) {
    counts[outcome.kind] += 1;
    if (outcome.kind === 'deleted' || outcome.kind === 'failed') credentialsDeleted += outcome.deleted.length;
  }
  const halfDone = lines.some(({ outcome }) => outcome.kind === 'drifted' && outcome.earlier !== undefined);
  const exitCode = interrupted
    ? EXIT.interrupted
    : halfDone || trouble !== undefined || counts.failed + counts.unknown + counts['not-started'] > 0
      ? EXIT.partial
      : counts.drifted > 0
        ? EXIT.drift
        : EXIT.done;
  return { lines, counts, credentialsDeleted, ...(trouble === undefined ? {} : { trouble }), exitCode };
}
