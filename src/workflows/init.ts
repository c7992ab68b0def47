/** Reads an organization for its first policy. Opens no root session. */
import { checkStop } from '../core/base/stop.js';
import type { DraftSource, PlacedAccount } from '../core/cli/policy-draft.js';
import type { OrganizationReader, Prerequisites } from './ports.js';
import { tryRead } from './try-read.js';
import { withUnitPath } from './unit-path.js';

/** @throws RootsweepError if a prerequisite of every plan is missing; INTERRUPTED. */
export async function lookForPolicy(
  reader: OrganizationReader,
  prerequisites: Pick<Prerequisites, 'delegatedAdministrators'>,
  today: Date,
  stop: AbortSignal,
): Promise<DraftSource> {
  const { organization } = await reader.open();
  const accounts: PlacedAccount[] = [];
  for await (const page of reader.accounts()) {
    for (const account of page) {
      checkStop(stop, 'interrupted; nothing was written');
      accounts.push(await withUnitPath(reader, { account }));
    }
  }
  // Optional: a role that plans may not have the permission.
  const delegates = await tryRead(stop, prerequisites.delegatedAdministrators);
  return { organization, accounts, delegates: delegates.kind === 'ok' ? delegates.value : undefined, today };
}
