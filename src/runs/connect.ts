/** AWS, as the flags of a command say. Its clients take as long to load as Node, so no refusal before loads them. */
import type { Aws } from '../aws/open.js';
import type { AccountsHost, AwsHost } from './host.js';

/** @param connections most connections at a time. */
export async function connect(host: AwsHost, connections: number): Promise<Aws> {
  const { openAws } = await import('../aws/open.js');
  return openAws(host.awsSettings, connections, host.context.clock);
}

/** @param namesGoodFor how long the name of an organizational unit is believed, in ms; for good where absent. */
export async function connectForAccounts(host: AccountsHost, namesGoodFor?: number): Promise<Aws> {
  const { openAws } = await import('../aws/open.js');
  return openAws(host.awsSettings, host.parallel, host.context.clock, namesGoodFor);
}
