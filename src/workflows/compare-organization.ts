/** What decided about an account, read again (promise 3). */

import { maskEmail } from '../core/account/masked-email.js';
import type { Drift } from '../core/base/change.js';
import { compareFacts } from '../core/plan/drift.js';
import { nameDecider } from '../core/plan/evaluate.js';
import type { EntryFacts } from '../core/plan/plan.js';
import type { AccountFacts } from '../core/policy/scope.js';
import { entryFacts } from './plan.js';
import type { OrganizationReader } from './ports.js';
import type { Scoping } from './scoping.js';
import { withUnitPath } from './unit-path.js';

/** An account as a plan holds it; without a rule where none decides. */
export interface PlannedAccount extends EntryFacts {
  readonly id: string;
  readonly rule?: string;
}

export interface Comparison {
  readonly reader: OrganizationReader;
  /** With which the plan's digests of email addresses are salted. */
  readonly planId: string;
  /** Finds the rule that decides now; absent where none does. */
  readonly resolve?: Scoping['resolve'];
}

/** @throws RootsweepError where Organizations does not say. */
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

/** All that the plan recorded, and tags only if it did. */
async function completeFacts(
  entry: PlannedAccount,
  { tags, ...facts }: AccountFacts,
  reader: OrganizationReader,
): Promise<AccountFacts> {
  const placed = await withUnitPath(reader, facts);
  return entry.tags === undefined ? placed : { ...placed, tags: tags ?? (await reader.tags(entry.id)) };
}
