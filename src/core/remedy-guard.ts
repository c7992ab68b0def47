/**
 * What a plan of remedies must satisfy before anything is done with it, beyond its signatures. Of the policy, only what
 * is about every plan has a say: which organization it is for, and how long a plan is good.
 */
import { checkExpiry, checkLifetime, checkOrigin, type PolicyFile } from './guard.js';
import type { Policy } from './policy.js';
import type { RemedyPlan } from './remedy.js';

/**
 * Promises 1 and 2, as far as files can tell.
 * @throws RootsweepError with one of the PLAN_… codes.
 */
export function checkRemedyPlan(plan: RemedyPlan, policyFile: PolicyFile, now: Date): void {
  checkOrigin(plan, policyFile);
  checkRemedyTimes(plan, policyFile.policy, now);
}

/** Asked again right before the first remedy: people take their time at a prompt. */
export function checkRemedyTimes(plan: RemedyPlan, policy: Pick<Policy, 'expiresAfter'>, now: Date): void {
  checkLifetime(plan, policy);
  checkExpiry(plan, now);
}
