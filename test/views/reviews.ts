/** Plans as they are reviewed. */
import type { Plan } from '../../src/core/plan/plan.js';
import type { Review } from '../../src/core/plan/review.js';
import type { Verdict } from '../../src/core/plan/verdict.js';
import { listDenials } from '../../src/views/plan/unlock-words.js';
import { SHA256 } from '../core/fixtures.js';

export const SIGNERS = [
  { name: 'planner', keyid: SHA256, role: 'planner' },
  { name: 'ada', keyid: SHA256.replace(/./, '0'), role: 'approver', at: '2026-11-23T09:10:00Z' },
] as const;

export const GOOD: Verdict = { kind: 'good', signers: SIGNERS, policyChecked: true };
export const UNVERIFIED: Verdict = { kind: 'unverified' };

export function reviewOf(plan: Plan, change: Partial<Review> = {}): Review {
  return {
    plan,
    denials: listDenials(plan),
    digest: SHA256,
    verdict: UNVERIFIED,
    redacted: false,
    ...change,
  };
}
