/** Reads the OU path of an account. */
import { unitPath } from '../core/account/organization.js';
import type { AccountFacts } from '../core/policy/scope.js';
import type { OrganizationReader } from './ports.js';

/** Adds the OU path to the facts, if AWS returns it. */
export async function withUnitPath(reader: OrganizationReader, facts: AccountFacts): Promise<AccountFacts> {
  const { parents } = facts.account;
  if (facts.unitPath !== undefined || parents.length === 0) return facts;
  const names = new Map<string, string>();
  for (const parent of parents.slice(0, -1)) {
    for (const [id, name] of await reader.unitsBelow(parent)) names.set(id, name);
  }
  const path = unitPath(parents, names);
  return path === undefined ? facts : { ...facts, unitPath: path };
}
