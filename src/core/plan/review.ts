/** What a reviewer sees: a plan, its digest and the verdict of the checks. */
import type { Plan } from './plan.js';
import type { Verdict } from './verdict.js';

export interface Review {
  readonly verdict: Verdict;
  readonly plan: Plan;
  /** SHA-256 of the signed body in hex, also when a redacted plan is shown. */
  readonly digest: string;
  /**
   * What each Deny statement of the policies to unlock does, by account id. From the original policies: masked names could
   * change their meaning.
   */
  readonly denials: Readonly<Record<string, readonly string[]>>;
  /** Whether the plan is shown redacted (`redact.ts`). */
  readonly redacted: boolean;
}
