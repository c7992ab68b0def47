/** What must be there before AWS can be called at all, each asked for by itself. Calls nobody but who hands out credentials. */
import { STSClient } from '@aws-sdk/client-sts';
import { configureClients, requireCredentials, requireRegion } from './client-config.js';
import type { AwsSettings } from './clients.js';

/** @throws RootsweepError REGION_MISSING */
export function findRegion(settings: AwsSettings): Promise<string> {
  return requireRegion(new STSClient(configureClients(settings, 1)));
}

/** @throws RootsweepError CREDENTIALS_MISSING */
export function findCredentials(settings: AwsSettings): Promise<void> {
  // Where credentials come from does not depend on the region, without which the SDK looks for none.
  const region = settings.region ?? 'us-east-1';
  return requireCredentials(new STSClient(configureClients({ ...settings, region }, 1)), settings);
}
