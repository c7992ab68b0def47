/** What decided about an account, read again (promise 3). */
import { compareFacts, type Drift } from '../core/drift.js';
import type { EntryFacts } from '../core/plan.js';
import { entryFacts } from './plan.js';
import type { OrganizationReader } from './ports.js';
import { withUnitPath } from './survey.js';

/** @throws RootsweepError where Organizations does not say. */
export async function compareWithOrganization(
  entry: EntryFacts & { readonly id: string },
  reader: OrganizationReader,
): Promise<Drift | undefined> {
  const account = await reader.account(entry.id);
  if (account === undefined) {
    return {
      kind: 'drifted',
      planned: ['member of the organization'],
      found: ['no member of the organization'],
    };
  }
  const tags = entry.tags === undefined ? {} : { tags: await reader.tags(entry.id) };
  return compareFacts(entry, entryFacts(await withUnitPath(reader, { account, ...tags })));
}
