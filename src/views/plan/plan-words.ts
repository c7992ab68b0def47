/** What a plan comes to, in one line and in one sentence: the same words wherever it is reviewed. */

import { isNamedKind } from '../../core/action/plan-kind.js';
import type { Plan } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { isOpen } from '../../core/plan/verdict.js';
import { plural } from '../format/counts.js';
import { describePurpose } from './unlock-words.js';

/** Begins the sentence about what a plan does, or would do if it were not refused. */
export function announce(applicable: boolean): string {
  return applicable ? 'rootsweep will' : 'rootsweep would';
}

export function headline({ plan, verdict }: Review): string {
  const { kind, totals, applicable } = plan;
  const will = announce(applicable && isOpen(verdict));
  if (isNamedKind(kind)) return `${will} ${describePurpose(plan, kind)}`;
  const { delete: touched } = totals.decisions;
  const accounts = plural(totals.accounts, 'account', 'accounts');
  if (touched === 0) return `No deletions: rootsweep looked at ${accounts}`;
  return `${will} delete root credentials in ${touched} of ${accounts}`;
}

/** What a plan that is not blocked as a whole leaves alone all the same: a sentence, or nothing. */
export function describeLeft({ applicable, totals }: Plan): string {
  const left = totals.decisions.blocked + totals.decisions.unknown;
  if (!applicable || left === 0) return '';
  return `Nothing happens in ${plural(left, 'account that is', 'accounts that are')} blocked or unknown.`;
}
