/** Whether a plan may be applied at a time: checked before the operator is asked, after, and before each account. */
import { checkSigners, checkTimes, checkWait } from '../core/plan/guard.js';
import { findSignedSince } from '../core/signing/trust.js';
import type { Operator } from './apply-operator.js';
import type { VerifiedPlan } from './inputs.js';

/** @throws RootsweepError where the plan may not be applied at this time. */
export function checkTiming({ plan, signatures, policyFile }: VerifiedPlan, now: Date): void {
  const { threshold, signers } = signatures;
  checkTimes(plan, policyFile.policy, now);
  checkWait(plan, findSignedSince(threshold, signers, plan.created) ?? Number.NaN, now);
}

/**
 * The same, and that the keys of its signers and of the operator have not ended.
 * @param times by the clock of this machine and by that of AWS: what has ended by either of them has ended.
 */
export function checkStillGood(verified: VerifiedPlan, operator: Operator, times: readonly Date[]): void {
  const { threshold, signers } = verified.signatures;
  for (const now of times) {
    checkTiming(verified, now);
    checkSigners(threshold, signers, now);
    operator.requireTrusted(now);
  }
}
