/** What a reviewer is shown: a plan, the digest that its signatures cover, and what its checks come to. */
import type { Plan } from './plan.js';
import type { Verdict } from './verdict.js';

export interface Review {
  readonly verdict: Verdict;
  readonly plan: Plan;
  /** SHA-256 of the body, in hex: of the plan itself, also where a redacted one is shown. */
  readonly digest: string;
  /**
   * What each Deny statement of the policies that the plan changes does, by account id. Of the policies as they are: with
   * names masked, they may mean something else.
   */
  readonly denials: Readonly<Record<string, readonly string[]>>;
  /** Whether the plan is shown with what `redact.ts` masks. */
  readonly redacted: boolean;
}
