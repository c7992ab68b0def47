/** Checks the settings that every AWS call needs: a region and credentials. Contacts only credential providers. */
import { STSClient } from '@aws-sdk/client-sts';
import { configureClients, requireCredentials, requireRegion } from './client-config.js';
import type { AwsSettings } from './settings.js';

/** @throws RootsweepError REGION_MISSING */
export function findRegion(settings: AwsSettings): Promise<string> {
  return requireRegion(new STSClient(configureClients(settings, 1)));
}

/** @throws RootsweepError CREDENTIALS_MISSING */
export function findCredentials(settings: AwsSettings): Promise<void> {
  // The SDK needs a region to look for credentials, but the result does not depend on it.
  const region = settings.region ?? 'us-east-1';
  return requireCredentials(new STSClient(configureClients({ ...settings, region }, 1)), settings);
}
