/** How rootsweep configures every client of the SDK: no retries of the SDK's own, and nothing said on the terminal. */
import type { STSClient } from '@aws-sdk/client-sts';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { isInterruption, unlessStopped } from '../core/stop.js';
import { RootsweepError } from '../errors.js';
import type { AwsSettings, RequestHandler } from './clients.js';
import { classifyError } from './failures.js';
import { openHandler } from './http-handler.js';
import { takeOptions } from './send-options.js';

const SILENCE = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** What a client has found out by itself, as far as it can be asked before the first call. */
interface Configured {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<unknown>;
  };
}

/** @param connections most connections to one host at a time. */
export function configureClients(settings: AwsSettings, connections: number) {
  const requestHandler: RequestHandler = settings.requestHandler ?? openHandler(connections);
  return { ...settings, requestHandler, maxAttempts: 1, userAgentAppId: 'rootsweep', logger: SILENCE };
}

/** A client, as far as what it does for each call is concerned. */
interface Caller {
  config: Parameters<typeof getSchemaSerdePlugin>[0] &
    Pick<STSClient['config'], 'defaultUserAgentProvider' | 'userAgentAppId'>;
  send: (command: never, options?: never) => unknown;
  readonly middlewareStack: Pick<STSClient['middlewareStack'], 'add' | 'remove' | 'use'>;
}

/** Names under which the SDK notes what belongs to one call, in an object of their own. */
const CALL_CONTEXT = {
  clientName: undefined,
  commandName: undefined,
  inputFilterSensitiveLog: undefined,
  outputFilterSensitiveLog: undefined,
  __smithy_context: undefined,
  endpointV2: undefined,
  authSchemes: undefined,
  signing_region: undefined,
  signing_service: undefined,
};

/**
 * Takes from a client what it would do for each call, and nobody needs: a seventh of its processor time.
 *
 * - The SDK merges the client's configuration, of some 50 properties, with what it notes of the call, once before the
 *   request and once after the answer. Each property that only the call has costs V8 as much as all others together; the
 *   configuration therefore has them all, undefined.
 * - It gets ready to retry, which `createCalls` does.
 * - It puts together the words that say who calls, which stay the same; log entries that nobody reads; and headers of
 *   Lambda, where rootsweep never runs.
 */
export function lighten<T extends Caller>(client: T): T {
  const { middlewareStack } = takeOptions(client);
  client.config = { ...CALL_CONTEXT, ...client.config };
  middlewareStack.use(getSchemaSerdePlugin(client.config));
  middlewareStack.add((next) => next, {
    step: 'finalizeRequest',
    priority: 'high',
    name: 'retryMiddleware',
    override: true,
  });
  const name = readName(client);
  for (const step of ['getUserAgentMiddleware', 'loggerMiddleware', 'recursionDetectionMiddleware']) {
    middlewareStack.remove(step);
  }
  middlewareStack.add(
    (next) => async (args) => {
      (args.request as { headers: Record<string, string> }).headers['user-agent'] = await name;
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'getUserAgentMiddleware' },
  );
  return client;
}

async function readName({ config }: Caller): Promise<string> {
  const sections = [...(await config.defaultUserAgentProvider()), ['app', await config.userAgentAppId()]];
  return sections
    .map(([key = '', value]) =>
      value === undefined ? key : `${key}${key.includes('/') ? '#' : '/'}${value}`,
    )
    .join(' ');
}

/** @throws RootsweepError REGION_MISSING */
export async function requireRegion({ config }: Configured): Promise<string> {
  return await config.region().catch((cause: unknown) => {
    throw new RootsweepError('REGION_MISSING', 'no AWS region is set', {
      hint: 'pass --region us-east-1, or set AWS_REGION',
      cause,
    });
  });
}

/** @throws RootsweepError CREDENTIALS_MISSING */
export async function requireCredentials(
  { config }: Configured,
  { profile, stop }: AwsSettings,
): Promise<void> {
  await unlessStopped(config.credentials(), stop).catch((cause: unknown) => {
    if (isInterruption(cause)) throw cause;
    const why = cause instanceof Error ? `: ${classifyError(cause).message}` : '';
    const where = profile === undefined ? '' : ` for profile "${profile}"`;
    throw new RootsweepError('CREDENTIALS_MISSING', `no AWS credentials were found${where}${why}`, {
      hint: 'sign in, for example with "aws sso login", or pass --profile',
      cause,
    });
  });
}

function ignore(): void {}
