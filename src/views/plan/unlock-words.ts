/** What recoveries and unlocks do, worded the same in every view. */
import { diffArrays } from 'diff';
import { type PlacedAction, UNLOCK_KINDS } from '../../core/action/action.js';
import type { NamedPlanKind } from '../../core/action/plan-kind.js';
import { judgeLock } from '../../core/iam/locked-policy.js';
import { isNamedEntry, type Plan } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { plural } from '../format/counts.js';
import { layOutJson } from '../format/laid-out-json.js';
import { MOST_EDITS } from '../format/patch.js';
import { THINGS } from './action-words.js';

/** `allow password recovery in 1 account`, `unlock 1 bucket and 2 queues`. */
export function describePurpose(accounts: Plan['accounts'], kind: NamedPlanKind): string {
  switch (kind) {
    case 'recovery':
      return `allow password recovery in ${plural(accounts.length, 'account', 'accounts')}`;
    case 'unlock': {
      const kinds = listActions(accounts).map((action) => action.kind);
      const parts = UNLOCK_KINDS.map((it) => {
        const { one } = THINGS[it];
        const count = kinds.filter((found) => found === it).length;
        return count === 0 ? [] : [plural(count, one, `${one}s`)];
      });
      return `unlock ${parts.flat().join(' and ')}`;
    }
  }
}

/** `2 policies to delete, 0 to replace`, including zeros. */
export function countChanges({ accounts }: Plan, kind: NamedPlanKind): string {
  switch (kind) {
    case 'recovery':
      return `${plural(accounts.length, 'password', 'passwords')} to make recoverable`;
    case 'unlock': {
      const actions = listActions(accounts);
      const replaced = actions.filter((action) => 'replacement' in action).length;
      return `${plural(actions.length - replaced, 'policy', 'policies')} to delete, ${replaced} to replace`;
    }
  }
}

function listActions(accounts: Plan['accounts']): PlacedAction[] {
  return accounts.filter(isNamedEntry).flatMap((entry) => [...entry.actions]);
}

/** @param plan not redacted, because policies with masked names may mean something else. */
export function listDenials({ organization, partition, accounts }: Plan): Review['denials'] {
  return Object.fromEntries(
    accounts.filter(isNamedEntry).map(({ id, actions: [action] }) => {
      if (action.kind === 'allow-password-recovery') return [id, []];
      return [id, judgeLock(action, { account: id, organization, partition }).denials];
    }),
  );
}

/** A line of a policy: unchanged, removed or added. */
export interface PolicyLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** What an action removes from a policy and adds to it, laid out for reading. */
export function listPolicyLines(action: PlacedAction): readonly PolicyLine[] {
  if (action.kind === 'allow-password-recovery') return [];
  const before = layOutJson(action.document);
  if (action.replacement === undefined) return markAll('-', before);
  const after = layOutJson(action.replacement);
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS });
  if (parts === undefined) return [...markAll('-', before), ...markAll('+', after)];
  return parts.flatMap(({ added, removed, value }) => markAll(added ? '+' : removed ? '-' : ' ', value));
}

function markAll(mark: PolicyLine['mark'], lines: readonly string[]): PolicyLine[] {
  return lines.map((text) => ({ mark, text }));
}
