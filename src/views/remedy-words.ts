/** What a plan of remedies comes to, and what each remedy means: the same words wherever it is reviewed. */
import { diffArrays } from 'diff';
import { judgeLock, type Owner } from '../core/locked-policy.js';
import type { Remedy, RemedyEntry, RemedyPlan, Unlocking } from '../core/remedy.js';
import { plural } from './counts.js';
import { layOutJson } from './laid-out-json.js';
import { MOST_EDITS } from './patch.js';

const THINGS: Readonly<
  Record<Unlocking['kind'], { readonly one: string; readonly many: string; readonly held: string }>
> = {
  'unlock-bucket': { one: 'bucket', many: 'buckets', held: 'objects' },
  'unlock-queue': { one: 'queue', many: 'queues', held: 'messages' },
};

/** `delete the policy of 1 bucket and replace the policy of 2 buckets`; `let a root password be set again in 1 account`. */
export function describePurpose(plan: RemedyPlan): string {
  switch (plan.remedy) {
    case 'allow-password-recovery':
      return `let a root password be set again in ${plural(plan.accounts.length, 'account', 'accounts')}`;
    case 'unlock-bucket':
    case 'unlock-queue': {
      const { one, many } = THINGS[plan.remedy];
      const { deleted, replaced } = countPolicies(plan);
      return [
        ...(deleted === 0 ? [] : [`delete the policy of ${plural(deleted, one, many)}`]),
        ...(replaced === 0 ? [] : [`replace the policy of ${plural(replaced, one, many)}`]),
      ].join(' and ');
    }
  }
}

/** `2 bucket policies to delete, 0 to replace`: zeros too, so that nothing is left unsaid. */
export function countRemedies(plan: RemedyPlan): string {
  switch (plan.remedy) {
    case 'allow-password-recovery':
      return `${plural(plan.accounts.length, 'password', 'passwords')} to allow`;
    case 'unlock-bucket':
    case 'unlock-queue': {
      const { one } = THINGS[plan.remedy];
      const { deleted, replaced } = countPolicies(plan);
      return `${plural(deleted, `${one} policy`, `${one} policies`)} to delete, ${replaced} to replace`;
    }
  }
}

function countPolicies({ accounts }: RemedyPlan): { readonly deleted: number; readonly replaced: number } {
  const replaced = accounts.filter(({ remedy }) => 'replacement' in remedy).length;
  return { deleted: accounts.length - replaced, replaced };
}

/** What becomes of what a remedy is about, and what follows from that. */
export function describeRemedy(remedy: Remedy): { readonly done: string; readonly follows: string } {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return {
        done: 'can be set again',
        follows:
          'Whoever reads the mail to the address of the account can set it, and is then the root user of the account.',
      };
    case 'unlock-bucket':
    case 'unlock-queue': {
      const { one, held } = THINGS[remedy.kind];
      return remedy.replacement === undefined
        ? {
            done: 'its policy is deleted',
            follows: `The ${one} keeps its ${held}. Those whom only this policy lets in have no access to it any more.`,
          }
        : {
            done: 'its policy is replaced',
            follows: `The ${one} keeps its ${held}. The new policy says whom it lets in.`,
          };
    }
  }
}

/** What the policy that stands there does, statement by statement, and what a reviewer must not miss. */
export function judgePolicies(
  { organization, partition }: RemedyPlan,
  { id, remedy }: RemedyEntry,
): Judgement {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return { denials: [], warnings: [] };
    case 'unlock-bucket':
    case 'unlock-queue':
      return judgeUnlocking(remedy, { account: id, organization, partition });
  }
}

export interface Judgement {
  readonly denials: readonly string[];
  readonly warnings: readonly string[];
}

function judgeUnlocking(remedy: Unlocking, owner: Owner): Judgement {
  const { warning, replacement } = remedy;
  const next =
    replacement === undefined ? undefined : judgeLock({ ...remedy, document: replacement }, owner).verdict;
  return {
    denials: judgeLock(remedy, owner).denials,
    warnings: [
      warning ?? [],
      next === 'locked' ? 'the new policy locks everyone out, too' : [],
      next === 'unclear'
        ? 'nobody can tell from the new policy alone whether it locks everyone out, too'
        : [],
    ].flat(),
  };
}

/** By account id. */
export function judgeRemedies(plan: RemedyPlan): Readonly<Record<string, Judgement>> {
  return Object.fromEntries(plan.accounts.map((entry) => [entry.id, judgePolicies(plan, entry)]));
}

/** A line of a policy: it stays, goes or comes. */
export interface PolicyLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** What goes of a policy and what comes in its place, laid out for reading. */
export function listPolicyLines(remedy: Remedy): readonly PolicyLine[] {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return [];
    case 'unlock-bucket':
    case 'unlock-queue':
      return comparePolicies(remedy);
  }
}

function comparePolicies({ document, replacement }: Unlocking): readonly PolicyLine[] {
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
