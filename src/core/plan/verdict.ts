/** The verdict of the checks of a plan. Every view of a plan starts with it (promises 12 and 14). */
import { type ErrorCode, EXIT, type RootsweepError } from '../../errors.js';
import { defined } from '../base/defined.js';
import { parseDuration } from '../base/duration.js';
import { formatTime } from '../base/time.js';
import { findSignedSince, type RoleCounts, type Signer } from '../signing/trust.js';
import { listBlockers } from './blocker.js';
import type { Plan } from './plan.js';

export type Verdict =
  /** A check refused the plan; `verify` prints the same sentence. */
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly reason: string;
      readonly hint?: string;
      /** Absent if the signatures were not checked, or were refused. */
      readonly signers?: readonly Signer[];
    }
  /** Stopped by this many findings. */
  | { readonly kind: 'blocked'; readonly findings: number; readonly signers?: readonly Signer[] }
  /** All other checks passed. */
  | {
      readonly kind: 'needs-signatures';
      readonly missing: RoleCounts;
      readonly signers: readonly Signer[];
      readonly reason: string;
      /** The command that adds a signature. */
      readonly hint?: string;
    }
  | {
      readonly kind: 'good';
      readonly signers: readonly Signer[];
      /** Whether the policy was available and yields this plan. */
      readonly policyChecked: boolean;
      /** The end of the wait, if it is in the future: ISO 8601, UTC. */
      readonly from?: string;
    }
  /** No trust file was available, and no other check refused the plan. */
  | { readonly kind: 'unverified' };

/** The result of `verifySignatures`. */
export interface CheckedSignatures {
  readonly signers: readonly Signer[];
  readonly threshold: RoleCounts;
  readonly missing: RoleCounts;
}

export interface Checked {
  /** Absent if it could not be parsed. */
  readonly plan: Plan | undefined;
  /** Absent without a trust file, and if the signatures were refused. */
  readonly signatures: CheckedSignatures | undefined;
  readonly policyChecked: boolean;
  readonly now: Date;
}

/**
 * @param error the first error of a check, in the order of `verify`; undefined if all passed.
 * @returns undefined if the error is not about the plan, but about a missing file or the command line.
 */
export function judgePlan(error: RootsweepError | undefined, checked: Checked): Verdict | undefined {
  const { plan, signatures } = checked;
  if (error === undefined) {
    return plan === undefined || signatures === undefined
      ? { kind: 'unverified' }
      : judgeGood(plan, signatures, checked);
  }
  const signed = signatures === undefined ? {} : { signers: signatures.signers };
  const explanation = defined({ reason: error.message, hint: error.hint });
  if (error.code === 'PLAN_BLOCKED' && plan !== undefined) {
    return { kind: 'blocked', findings: listBlockers(plan).length, ...signed };
  }
  if (error.code === 'PLAN_SIGNATURES_TOO_FEW' && signatures !== undefined) {
    const { missing, signers } = signatures;
    return { kind: 'needs-signatures', missing, signers, ...explanation };
  }
  if (error.exitCode === EXIT.failed) return undefined;
  return { kind: 'refused', code: error.code, ...explanation, ...signed };
}

function judgeGood(
  plan: Plan,
  { signers, threshold }: CheckedSignatures,
  { policyChecked, now }: Checked,
): Verdict {
  const wait = plan.notBefore === undefined ? 0 : parseDuration(plan.notBefore);
  const since = findSignedSince(threshold, signers, plan.created);
  if (wait === undefined || since === undefined) throw new Error('a good plan has its signatures and a wait');
  const end = since + wait;
  const from = end <= now.getTime() || wait === 0 ? undefined : formatTime(new Date(end));
  return defined({ kind: 'good', signers, policyChecked, from });
}

/** Whether no check stops the plan: views then say "will", otherwise "would". */
export function isOpen(verdict: Verdict | undefined): boolean {
  return verdict?.kind !== 'refused' && verdict?.kind !== 'blocked';
}
