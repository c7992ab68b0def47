/** The SDK clients for an organization, on one shared connection pool. */
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient } from '@aws-sdk/client-sts';
import { configureClients, lighten, requireCredentials, requireRegion } from './client-config.js';
import { noteCredentials, Secrets } from './secrets.js';
import { type IamSession, openSessionClient } from './session-client.js';
import type { AwsSettings, SessionCredentials } from './settings.js';

/** Client configuration for calls with the credentials of another session. */
export type SessionConfig = ReturnType<typeof configureClients> & {
  readonly region: string;
  readonly credentials: SessionCredentials;
};

export interface Clients {
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  /** IAM with the credentials of another session, on the same connections. */
  readonly iamAs: (credentials: SessionCredentials) => IamSession;
  /** Configuration for clients of other services with the credentials of another session, on the same connections. */
  readonly configAs: (credentials: SessionCredentials) => SessionConfig;
  /** The caller's own credentials used so far. */
  readonly secrets: Secrets;
  /** The time in the latest STS answer; undefined if it had none. */
  readonly answeredAt: () => Date | undefined;
  readonly close: () => void;
}

/**
 * @param connections maximum concurrent connections per host.
 * @throws RootsweepError REGION_MISSING, CREDENTIALS_MISSING.
 */
export async function openClients(settings: AwsSettings, connections: number): Promise<Clients> {
  const shared = configureClients(settings, connections);
  // Builds the middleware once per operation instead of once per call. Calls of an operation then share the resolved
  // endpoint and signer. This is correct only if both depend on the client alone, so not for S3, whose endpoint depends
  // on the bucket.
  const prepared = { ...shared, cacheMiddleware: true };
  const secrets = new Secrets();
  const sts = noteCredentials(lighten(new STSClient(prepared)), secrets);
  let answeredAt: Date | undefined;
  sts.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      answeredAt = readDate(result.response);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'readDate' },
  );
  const region = await requireRegion(sts);
  await requireCredentials(sts, settings);
  return {
    sts,
    organizations: noteCredentials(lighten(new OrganizationsClient(prepared)), secrets),
    iam: noteCredentials(lighten(new IAMClient(prepared)), secrets),
    iamAs: openSessionClient({ ...prepared, region }),
    configAs: (credentials) => ({ ...shared, region, credentials }),
    secrets,
    answeredAt: () => answeredAt,
    close: () => shared.requestHandler.destroy?.(),
  };
}

function readDate(response: unknown): Date | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { date } = response.headers as Readonly<Record<string, string>>;
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
