/** What the checks of a plan come to. Every view of a plan says it first (promises 12 and 14). */
import { type ErrorCode, EXIT, type RootsweepError } from '../../errors.js';
import { parseDuration } from '../base/duration.js';
import { formatTime } from '../base/time.js';
import { findSignedSince, type RoleCounts, type Signer } from '../signing/trust.js';
import { listBlockers } from './blocker.js';
import type { Plan } from './plan.js';

export type Verdict =
  /** A check refused the plan, and `verify` does so with the same sentence. */
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly reason: string;
      readonly hint?: string;
      /** Absent where the signatures were not checked, or are what was refused. */
      readonly signers?: readonly Signer[];
    }
  /** Stopped by so many findings of its own. */
  | { readonly kind: 'blocked'; readonly findings: number; readonly signers?: readonly Signer[] }
  /** Good so far. */
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
      /** Whether the policy was at hand, and yields this plan. */
      readonly policyChecked: boolean;
      /** When the wait of the plan is over, where it is not yet: ISO 8601, UTC. */
      readonly from?: string;
    }
  /** No trust file was at hand, and no other check refused the plan. */
  | { readonly kind: 'unverified' };

/** What `verifySignatures` found. */
export interface CheckedSignatures {
  readonly signers: readonly Signer[];
  readonly threshold: RoleCounts;
  readonly missing: RoleCounts;
}

export interface Checked {
  /** Absent where it could not be parsed. */
  readonly plan: Plan | undefined;
  /** Absent where no trust file was at hand, and where the signatures were refused. */
  readonly signatures: CheckedSignatures | undefined;
  readonly policyChecked: boolean;
  readonly now: Date;
}

/**
 * @param error the first that a check threw, in the order of `verify`; undefined where none did.
 * @returns undefined where the error is about something else than the plan: a file that is not there, the command line.
 */
export function judgePlan(error: RootsweepError | undefined, checked: Checked): Verdict | undefined {
  const { plan, signatures } = checked;
  if (error === undefined) {
    return plan === undefined || signatures === undefined
      ? { kind: 'unverified' }
      : judgeGood(plan, signatures, checked);
  }
  const signed = signatures === undefined ? {} : { signers: signatures.signers };
  const said = { reason: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  if (error.code === 'PLAN_BLOCKED' && plan !== undefined) {
    return { kind: 'blocked', findings: listBlockers(plan).length, ...signed };
  }
  if (error.code === 'PLAN_SIGNATURES_TOO_FEW' && signatures !== undefined) {
    const { missing, signers } = signatures;
    return { kind: 'needs-signatures', missing, signers, ...said };
  }
  if (error.exitCode === EXIT.failed) return undefined;
  return { kind: 'refused', code: error.code, ...said, ...signed };
}

function judgeGood(
  plan: Plan,
  { signers, threshold }: CheckedSignatures,
  { policyChecked, now }: Checked,
): Verdict {
  const wait = plan.notBefore === undefined ? 0 : parseDuration(plan.notBefore);
  const since = findSignedSince(threshold, signers, plan.created);
  if (wait === undefined || since === undefined) throw new Error('a good plan has its signatures and a wait');
  const from = since + wait;
  return {
    kind: 'good',
    signers,
    policyChecked,
    ...(from <= now.getTime() || wait === 0 ? {} : { from: formatTime(new Date(from)) }),
  };
}

/** Whether nothing that was checked stands against the plan: then it says what it will do, not what it would. */
export function isOpen(verdict: Verdict | undefined): boolean {
  return verdict?.kind !== 'refused' && verdict?.kind !== 'blocked';
}
