/**
 * The opposite of a sweep, as data: a plan that gives named accounts a way back in. It is signed, reviewed and applied
 * as every plan is; what it does can be undone, and it deletes no root credential.
 */
import { compareText } from './credentials.js';
import { judgeLock, type PlacedPolicy, warnOfLock } from './locked-policy.js';
import type { EntryFacts, Plan, PlanHeader } from './plan.js';
import { isSamePolicy } from './same-policy.js';

export const REMEDIES = ['allow-password-recovery', 'unlock-bucket', 'unlock-queue'] as const;

/**
 * `allow-password-recovery`: lets the owner of the account's email address set a root password again.
 * `unlock-bucket`, `unlock-queue`: deletes, or replaces, the policy of a bucket or a queue that denies everyone.
 */
export type RemedyKind = (typeof REMEDIES)[number];

/** More accounts than that are no remedy but a change of the organization. */
export const MOST_ACCOUNTS = 10;

/** What is put right in an account. */
export type Remedy = { readonly kind: 'allow-password-recovery' } | Unlocking;

export interface Unlocking extends PlacedPolicy {
  /** That the policy does not lock everyone out, or that nobody can tell (`warnOfLock`); absent where it does. */
  readonly warning?: string;
  /** The policy as AWS gave it, byte for byte: `apply` refuses if it is another one by then. */
  readonly document: string;
  /** The policy that takes its place; absent where it is deleted. */
  readonly replacement?: string;
}

export interface RemedyEntry extends EntryFacts {
  readonly id: string;
  readonly remedy: Remedy;
}

export interface RemedyPlan extends Omit<PlanHeader, 'notBefore'> {
  readonly version: 1;
  /** That of every entry. */
  readonly remedy: RemedyKind;
  /** Why, in the words of who planned. */
  readonly reason: string;
  /** By id; at most `MOST_ACCOUNTS`. */
  readonly accounts: readonly RemedyEntry[];
}

/** What a plan file holds; told apart by `'remedy' in plan`. */
export type AnyPlan = Plan | RemedyPlan;

/**
 * What stands in the place that a remedy is about: the date of the password, or the policy document; undefined where
 * there is none.
 */
export type Standing = string | undefined;

/** What must stand there for the remedy to be applied: anything else is drift. */
export function standingBefore(remedy: Remedy): Standing {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return undefined;
    case 'unlock-bucket':
    case 'unlock-queue':
      return remedy.document;
  }
}

/** Whether what stands there is what the remedy is to bring about. A password is told by its date, which AWS sets. */
export function isRemedied(remedy: Remedy, standing: Standing): boolean {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return standing !== undefined;
    case 'unlock-bucket':
    case 'unlock-queue': {
      const { replacement } = remedy;
      if (standing === undefined || replacement === undefined) return standing === replacement;
      return isSamePolicy(standing, replacement);
    }
  }
}

/**
 * What makes a plan of remedies wrong in itself, whoever signed it: a sentence, or undefined. The reader of a plan
 * trusts nothing that this function has not looked at.
 */
export function findRemedyFault(plan: RemedyPlan): string | undefined {
  const { accounts } = plan;
  if (accounts.length === 0) return 'it names no account';
  if (accounts.length > MOST_ACCOUNTS) {
    return `it names ${accounts.length} accounts, more than ${MOST_ACCOUNTS}`;
  }
  const unsorted = accounts.find(({ id }, index) => compareText(accounts[index - 1]?.id ?? '', id) >= 0);
  if (unsorted !== undefined) return `account "${unsorted.id}" is out of order or listed twice`;
  for (const entry of accounts) {
    const { id, state, remedy } = entry;
    if (remedy.kind !== plan.remedy) return `account "${id}" has another remedy than the plan says`;
    // Promise 5: neither the management account nor an account that is not active.
    if (id === plan.managementAccount) return `account "${id}" is the management account`;
    if (state !== 'ACTIVE') return `account "${id}" is "${state}"`;
    if (isRemedied(remedy, standingBefore(remedy))) return `account "${id}" needs no remedy`;
    const fault = findFaultOfKind(entry, plan);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function findFaultOfKind(
  { id, email, remedy }: RemedyEntry,
  { organization, partition }: RemedyPlan,
): string | undefined {
  switch (remedy.kind) {
    case 'allow-password-recovery':
      return email === undefined
        ? `account "${id}" has no digest of the address whose owner sets the password`
        : undefined;
    case 'unlock-bucket':
    case 'unlock-queue': {
      const warning = warnOfLock(judgeLock(remedy, { account: id, organization, partition }));
      return warning === remedy.warning
        ? undefined
        : `account "${id}" has another warning than its policy gives reason for`;
    }
  }
}
