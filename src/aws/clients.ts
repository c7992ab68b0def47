/** The SDK's clients for an organization, on one pool of connections. */
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { configureClients, requireCredentials, requireRegion } from './client-config.js';

/** What a user or a test sets; everything absent comes from the SDK's usual environment. */
export interface AwsSettings {
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: SessionCredentials;
  /** What carries requests, instead of connections of its own. */
  readonly requestHandler?: RequestHandler;
  /** Milliseconds to add to this machine's time when requests are signed. */
  readonly systemClockOffset?: number;
}

export type RequestHandler = Extract<NonNullable<STSClientConfig['requestHandler']>, { handle: unknown }>;

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Clients {
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  /** An IAM client that acts as another session, on the same connections. */
  readonly iamAs: (credentials: SessionCredentials) => IAMClient;
  /** What time it was for STS when it last answered; undefined where it did not say. */
  readonly answeredAt: () => Date | undefined;
  readonly close: () => void;
}

/**
 * @param connections most connections to one host at a time.
 * @throws RootsweepError REGION_MISSING, CREDENTIALS_MISSING.
 */
export async function openClients(settings: AwsSettings, connections: number): Promise<Clients> {
  const shared = configureClients(settings, connections);
  const sts = new STSClient(shared);
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
    organizations: new OrganizationsClient(shared),
    iam: new IAMClient(shared),
    // Handed over as an object: the SDK would call a function again and again for credentials this short-lived.
    iamAs: (credentials) => new IAMClient({ ...shared, region, credentials }),
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
