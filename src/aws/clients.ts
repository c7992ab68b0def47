/** The SDK's clients for an organization, on one pool of connections. */
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import type { Stop } from '../core/stop.js';
import type { Throttled } from '../core/throttled.js';
import type { CallRate } from './call-rate.js';
import { configureClients, lighten, requireCredentials, requireRegion } from './client-config.js';
import { noteCredentials, Secrets } from './secrets.js';
import { type IamSession, openSessionClient } from './session-client.js';

/** What a user or a test sets; everything absent comes from the SDK's usual environment. */
export interface AwsSettings {
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: SessionCredentials;
  /** What carries requests, instead of connections of its own. */
  readonly requestHandler?: RequestHandler;
  /** How fast to call; just below what AWS documents unless given. */
  readonly pace?: CallRate;
  /** Told whenever AWS throttles a call, with whose it is where that is known. */
  readonly onThrottled?: (by: Throttled | undefined) => void;
  /** What ends the waits of whatever changes nothing. */
  readonly stop?: Stop;
  /** Milliseconds to add to this machine's time when requests are signed. */
  readonly systemClockOffset?: number;
}

export type RequestHandler = Extract<NonNullable<STSClientConfig['requestHandler']>, { handle: unknown }>;

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a client is configured that calls in the name of another session. */
export type SessionConfig = ReturnType<typeof configureClients> & {
  readonly region: string;
  readonly credentials: SessionCredentials;
};

export interface Clients {
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  /** IAM in the name of another session, on the same connections. */
  readonly iamAs: (credentials: SessionCredentials) => IamSession;
  /** For a client of any other service in the name of another session, on the same connections. */
  readonly configAs: (credentials: SessionCredentials) => SessionConfig;
  /** The caller's own, as far as they were used. */
  readonly secrets: Secrets;
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
  // Middleware is put together once for each operation, and not for each call. Calls of one operation then share what the
  // SDK notes of endpoint and signer on the way, which is right for services where both depend on the client alone: the
  // endpoint of S3 depends on the bucket.
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
