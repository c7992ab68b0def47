/** What the actions of recoveries and unlocks do, and what follows from that: the same words wherever they are shown. */
import { diffArrays } from 'diff';
import type { PlacedAction, UnlockAction } from '../../core/action/action.js';
import type { NamedPlanKind } from '../../core/action/plan-kind.js';
import { judgeLock } from '../../core/iam/locked-policy.js';
import { isNamedEntry, type NamedEntry, type Plan } from '../../core/plan/plan.js';
import { plural } from '../format/counts.js';
import { layOutJson } from '../format/laid-out-json.js';
import { MOST_EDITS } from '../format/patch.js';
import { THINGS } from './action-words.js';

/** `allow password recovery in 1 account`, `unlock 1 bucket and 2 queues`. */
export function describePurpose(plan: Plan, kind: NamedPlanKind): string {
  switch (kind) {
    case 'recovery':
      return `allow password recovery in ${plural(plan.accounts.length, 'account', 'accounts')}`;
    case 'unlock': {
      const kinds = listActions(plan).map((action) => action.kind);
      const parts = (['unlock-bucket', 'unlock-queue'] as const).map((it) => {
        const { one } = THINGS[it];
        const count = kinds.filter((found) => found === it).length;
        return count === 0 ? [] : [plural(count, one, `${one}s`)];
      });
      return `unlock ${parts.flat().join(' and ')}`;
    }
  }
}

/** `2 policies to delete, 0 to replace`: with zeros, so that nothing is left unsaid. */
export function countChanges(plan: Plan, kind: NamedPlanKind): string {
  switch (kind) {
    case 'recovery':
      return `${plural(plan.accounts.length, 'password', 'passwords')} to make recoverable`;
    case 'unlock': {
      const { deleted, replaced } = countPolicies(plan);
      return `${plural(deleted, 'policy', 'policies')} to delete, ${replaced} to replace`;
    }
  }
}

function countPolicies(plan: Plan): { readonly deleted: number; readonly replaced: number } {
  const actions = listActions(plan);
  const replaced = actions.filter((action) => 'replacement' in action).length;
  return { deleted: actions.length - replaced, replaced };
}

function listActions({ accounts }: Plan): PlacedAction[] {
  return accounts.filter(isNamedEntry).flatMap((entry) => [...entry.actions]);
}

/** What each Deny statement of the present policies does, by account id. */
export type Denials = Readonly<Record<string, readonly string[]>>;

/** Of the policies as they are: with names masked, they may mean something else. */
export function listDenials({ organization, partition, accounts }: Plan): Denials {
  const denialsOf = ({ id, actions: [action] }: NamedEntry) =>
    action.kind === 'allow-password-recovery'
      ? []
      : judgeLock(action, { account: id, organization, partition }).denials;
  return Object.fromEntries(accounts.filter(isNamedEntry).map((entry) => [entry.id, denialsOf(entry)]));
}

/** A line of a policy: unchanged, removed or added. */
export interface PolicyLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** What is removed from a policy and what is added, laid out for reading. */
export function listPolicyLines(action: PlacedAction): readonly PolicyLine[] {
  switch (action.kind) {
    case 'allow-password-recovery':
      return [];
    case 'unlock-bucket':
    case 'unlock-queue':
      return comparePolicies(action);
  }
}

function comparePolicies({ document, replacement }: UnlockAction): readonly PolicyLine[] {
  const before = layOutJson(document);
  if (replacement === undefined) return markAll('-', before);
  const after = layOutJson(replacement);
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS });
  if (parts === undefined) return [...markAll('-', before), ...markAll('+', after)];
  return parts.flatMap(({ added, removed, value }) => markAll(added ? '+' : removed ? '-' : ' ', value));
}

function markAll(mark: PolicyLine['mark'], lines: readonly string[]): PolicyLine[] {
  return lines.map((text) => ({ mark, text }));
}
