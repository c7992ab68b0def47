/** The difference between the policies of two plans. */
import { listLoosenings } from './loosening.js';
import type { Policy } from './policy.js';

export type PolicyChange =
  /** Equal digests. */
  | { readonly kind: 'same' }
  | {
      readonly kind: 'compared';
      /** Sentences: what the new policy allows and the old one did not. */
      readonly looser: readonly string[];
      readonly texts: { readonly before: string; readonly after: string };
    }
  | { readonly kind: 'not-compared'; readonly reason: string };

export function comparePolicies(
  before: { readonly policy: Policy; readonly text: string },
  after: { readonly policy: Policy; readonly text: string },
): PolicyChange {
  return {
    kind: 'compared',
    looser: listLoosenings(before.policy, after.policy),
    texts: { before: before.text, after: after.text },
  };
}
