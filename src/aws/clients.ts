/** The SDK's clients as rootsweep configures them: one connection pool, no retries of the SDK's own. */
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { RootsweepError } from '../errors.js';

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

const CONNECT_TIMEOUT = 5_000;
const ANSWER_TIMEOUT = 30_000;

/**
 * @param connections most connections to one host at a time.
 * @throws RootsweepError REGION_MISSING, CREDENTIALS_MISSING.
 */
export async function openClients(settings: AwsSettings, connections: number): Promise<Clients> {
  const requestHandler = settings.requestHandler ?? openHandler(connections);
  const shared = {
    ...settings,
    requestHandler,
    maxAttempts: 1,
    userAgentAppId: 'rootsweep',
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  };
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
  const region = await sts.config.region().catch((cause: unknown) => {
    throw new RootsweepError('REGION_MISSING', 'no AWS region is set', {
      hint: 'pass --region us-east-1, or set AWS_REGION',
      cause,
    });
  });
  await sts.config.credentials().catch((cause: unknown) => {
    const why = cause instanceof Error ? `: ${cause.message.split('\n')[0]}` : '';
    const where = settings.profile === undefined ? '' : ` for profile "${settings.profile}"`;
    throw new RootsweepError('CREDENTIALS_MISSING', `no AWS credentials were found${where}${why}`, {
      hint: 'sign in, for example with "aws sso login", or pass --profile',
      cause,
    });
  });
  return {
    sts,
    organizations: new OrganizationsClient(shared),
    iam: new IAMClient(shared),
    // Handed over as an object: the SDK would call a function again and again for credentials this short-lived.
    iamAs: (credentials) => new IAMClient({ ...shared, region, credentials }),
    answeredAt: () => answeredAt,
    close: () => requestHandler.destroy?.(),
  };
}

function readDate(response: unknown): Date | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { date } = response.headers as Readonly<Record<string, string>>;
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

function openHandler(connections: number): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: connections };
  return new NodeHttpHandler({
    httpAgent: agent,
    httpsAgent: agent,
    connectionTimeout: CONNECT_TIMEOUT,
    requestTimeout: ANSWER_TIMEOUT,
    // An answer that begins and never ends.
    socketTimeout: ANSWER_TIMEOUT,
    throwOnRequestTimeout: true,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
}

function ignore(): void {}
