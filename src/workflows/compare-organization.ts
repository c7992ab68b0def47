/** Reads the facts of an account again, and compares them with the plan (promise 3). */
import { maskEmail } from '../core/account/masked-email.js';
import type { Drift } from '../core/base/change.js';
import { compareFacts } from '../core/plan/drift.js';
import { entryFacts, nameDecider } from '../core/plan/evaluate.js';
import type { EntryFacts } from '../core/plan/plan.js';
import type { AccountFacts } from '../core/policy/scope.js';
import type { OrganizationReader } from './ports.js';
import type { Scoping } from './scoping.js';
import { withUnitPath } from './unit-path.js';

/** An account as in a plan; without a rule if none decided. */
export interface PlannedAccount extends EntryFacts {
  readonly id: string;
  readonly rule?: string;
}

export interface Comparison {
  readonly reader: OrganizationReader;
  /** The salt of the plan's digests of email addresses. */
  readonly planId: string;
  /** Finds the rule that decides now; absent if the user named the accounts. */
  readonly resolve?: Scoping['resolve'] | undefined;
}

/** @throws RootsweepError if Organizations cannot be read. */
export async function compareWithOrganization(
  entry: PlannedAccount,
  { reader, planId, resolve }: Comparison,
): Promise<Drift | undefined> {
  const account = await reader.account(entry.id);
  if (account === undefined) {
    return {
      kind: 'drifted',
      planned: ['member of the organization'],
      found: ['no member of the organization'],
    };
  }
  const scoped = await resolve?.(account);
  const facts = await completeFacts(entry, scoped?.facts ?? { account }, reader);
  const email = entry.email === undefined ? undefined : maskEmail(account.email, account.id, planId);
  const moved = compareFacts(entry, entryFacts(facts, email));
  if (moved !== undefined || scoped === undefined) return moved;
  const decider = nameDecider(scoped.scope);
  if (scoped.scope.kind === 'included' && decider === entry.rule) return undefined;
  return { kind: 'drifted', planned: [`decided by: ${entry.rule}`], found: [`decided by: ${decider}`] };
}

/** All facts that the plan recorded; tags only if it recorded them. */
async function completeFacts(
  entry: PlannedAccount,
  { tags, ...facts }: AccountFacts,
  reader: OrganizationReader,
): Promise<AccountFacts> {
  const placed = await withUnitPath(reader, facts);
  return entry.tags === undefined ? placed : { ...placed, tags: tags ?? (await reader.tags(entry.id)) };
}
