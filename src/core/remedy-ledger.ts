/** What `apply` did with a plan of remedies, account by account. */
import type { Drift } from './drift.js';
import { findExitCode } from './ledger.js';

/** What earlier runs of the same plan proved there (`nameTarget`). */
interface Earlier {
  readonly earlier?: readonly string[];
}

export type RemedyOutcome =
  /** This run, or an earlier one of the same plan, asked AWS to do it, and this run proved it. */
  | { readonly kind: 'remedied' }
  /** An earlier run of this plan did it, and proved it. */
  | { readonly kind: 'already-remedied' }
  /** Not what the plan says: this run changed nothing. */
  | ({ readonly kind: 'drifted'; readonly drift: Drift } & Earlier)
  /** Could not be looked at: this run changed nothing. */
  | ({ readonly kind: 'unknown'; readonly message: string } & Earlier)
  /** Something went wrong on the way. `effect`: `none` where AWS refused all that was asked, else `unknown`. */
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly effect: 'none' | 'unknown';
    }
  | { readonly kind: 'not-started' };

export const REMEDY_OUTCOME_KINDS = [
  'remedied',
  'already-remedied',
  'drifted',
  'unknown',
  'failed',
  'not-started',
] as const satisfies readonly RemedyOutcome['kind'][];

export interface RemedyLine {
  readonly account: string;
  readonly name: string;
  /** `nameTarget` */
  readonly target: string;
  readonly outcome: RemedyOutcome;
}

export interface RemedyLedger {
  readonly lines: readonly RemedyLine[];
  readonly counts: Readonly<Record<RemedyOutcome['kind'], number>>;
  /** Why no further account was started, or why the journal is not whole. */
  readonly trouble?: string;
  readonly exitCode: number;
}

/** Parameters as those of `closeLedger`. */
export function closeRemedyLedger(
  lines: readonly RemedyLine[],
  stopped: boolean,
  trouble?: string,
): RemedyLedger {
  const counts = {
    remedied: 0,
    'already-remedied': 0,
    drifted: 0,
    unknown: 0,
    failed: 0,
    'not-started': 0,
  };
  for (const { outcome } of lines) counts[outcome.kind] += 1;
  const exitCode = findExitCode(lines, stopped, trouble);
  return { lines, counts, ...(trouble === undefined ? {} : { trouble }), exitCode };
}
