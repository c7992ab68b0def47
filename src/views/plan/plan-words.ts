/** A plan in one line or sentence, worded the same in every view. */
import { isNamedKind } from '../../core/action/plan-kind.js';
import type { Plan, Totals } from '../../core/plan/plan.js';
import { isOpen, type Verdict } from '../../core/plan/verdict.js';
import { SEVERITIES } from '../../core/policy/findings.js';
import { plural } from '../format/counts.js';
import { describePurpose } from './unlock-words.js';

/**
 * What a plan does, or would do if it were not refused. Without a full stop.
 * @param mark after "No deletions".
 */
export function headline(
  { kind, totals, applicable, accounts }: Plan,
  verdict?: Verdict,
  mark: ':' | '.' = ':',
): string {
  const will = applicable && isOpen(verdict) ? 'rootsweep will' : 'rootsweep would';
  if (isNamedKind(kind)) return `${will} ${describePurpose(accounts, kind)}`;
  const { delete: touched } = totals.decisions;
  const all = plural(totals.accounts, 'account', 'accounts');
  if (touched === 0) return `No deletions${mark} rootsweep looked at ${all}`;
  return `${will} delete root credentials in ${touched} of ${all}`;
}

/** `1 blocked, 0 unknown, …`: the accounts in which a sweep does nothing. */
export function countOthers({ decisions }: Totals): string {
  const others = ['blocked', 'unknown', 'kept', 'excluded', 'not-active', 'clean'] as const;
  return others.map((it) => `${decisions[it]} ${it === 'not-active' ? 'not active' : it}`).join(', ');
}

/** `1 block, 0 warn, 2 info` */
export function countSeverities({ findings }: Totals): string {
  return SEVERITIES.map((severity) => `${findings[severity]} ${severity}`).join(', ');
}

/** Which accounts a plan that can be applied leaves alone: a sentence, or empty. */
export function describeLeft({ applicable, totals }: Plan): string {
  const left = totals.decisions.blocked + totals.decisions.unknown;
  if (!applicable || left === 0) return '';
  return `Nothing happens in ${plural(left, 'account that is', 'accounts that are')} blocked or unknown.`;
}
