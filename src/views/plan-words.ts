/** What a plan comes to, in one line and in one sentence: the same words wherever it is reviewed. */
import { listBlockers } from '../core/blocker.js';
import type { Plan } from '../core/plan.js';
import { plural } from './counts.js';

export function headline({ totals, applicable }: Plan): string {
  const { delete: touched } = totals.decisions;
  const accounts = plural(totals.accounts, 'account', 'accounts');
  if (touched === 0) return `No deletions: rootsweep looked at ${accounts}`;
  return `rootsweep ${applicable ? 'will' : 'would'} delete root credentials in ${touched} of ${accounts}`;
}

/** `lead` is what a reader must not miss, `rest` what follows from it. */
export function verdict(plan: Plan): { readonly lead: string; readonly rest: string } {
  const count = listBlockers(plan).length;
  if (!plan.applicable) {
    const stop = plural(count, 'finding stops', 'findings stop');
    return { lead: `Blocked: ${stop} this plan.`, rest: 'It cannot be applied.' };
  }
  const { blocked, unknown } = plan.totals.decisions;
  const left = plural(blocked + unknown, 'account that is', 'accounts that are');
  return {
    lead: 'Can be applied,',
    rest: `once it has the signatures that the trust file demands.${blocked + unknown === 0 ? '' : ` Nothing happens in ${left} blocked or unknown.`}`,
  };
}
