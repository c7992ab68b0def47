/** Reads the root email addresses of accounts from Organizations: a plan holds none. */
import type { OrganizationReader } from './ports.js';

/** @returns by account id, without accounts that have left the organization. */
export async function readAddresses(
  reader: Pick<OrganizationReader, 'accounts'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(ids);
  const addresses = new Map<string, string>();
  for await (const page of reader.accounts()) {
    for (const { id, email } of page) if (wanted.has(id)) addresses.set(id, email);
    if (addresses.size === wanted.size) break;
  }
  return addresses;
}
