/** What a reviewer is shown: a plan, the digest that its signatures cover, and what its checks come to. */
import type { Plan } from './plan.js';
import type { AnyPlan } from './remedy.js';
import type { Verdict } from './verdict.js';

export interface Review<P extends AnyPlan = Plan> {
  readonly verdict: Verdict;
  readonly plan: P;
  /** SHA-256 of the body, in hex: of the plan itself, also where a redacted one is shown. */
  readonly digest: string;
  /** Whether the plan is shown with what `redact.ts` masks. */
  readonly redacted: boolean;
}
