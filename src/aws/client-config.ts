/** Configuration of every SDK client: no SDK retries and no SDK output on the terminal. */
import type { STSClient } from '@aws-sdk/client-sts';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import { isInterruption, unlessStopped } from '../core/base/stop.js';
import { RootsweepError } from '../errors.js';
import { classifyError } from './failures.js';
import { openHandler } from './http-handler.js';
import { takeOptions } from './send-options.js';
import type { AwsSettings, RequestHandler } from './settings.js';

const SILENCE = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The settings that a client resolves itself and that can be read before the first call. */
interface Configured {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<unknown>;
  };
}

/** @param connections maximum concurrent connections per host. */
export function configureClients(settings: AwsSettings, connections: number) {
  const requestHandler: RequestHandler = settings.requestHandler ?? openHandler(connections);
  return { ...settings, requestHandler, maxAttempts: 1, userAgentAppId: 'rootsweep', logger: SILENCE };
}

/** The parts of a client that affect each call. */
interface Caller {
  config: Parameters<typeof getSchemaSerdePlugin>[0] &
    Pick<STSClient['config'], 'defaultUserAgentProvider' | 'userAgentAppId'>;
  send: (command: never, options?: never) => unknown;
  readonly middlewareStack: Pick<STSClient['middlewareStack'], 'add' | 'remove' | 'use'>;
}

/** Names that the SDK adds to the context of each call. */
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
 * Removes per-call work of a client that rootsweep does not need: a seventh of its CPU time.
 *
 * - The SDK merges the client's configuration (about 50 properties) with the call's context before each request and
 *   after each answer. Each property that only the call has costs V8 as much as all others together, so the
 *   configuration declares them all, as undefined.
 * - It prepares retries, which `createCalls` does instead.
 * - It builds the user agent, which is constant; log entries that nothing reads; and headers for Lambda, where
 *   rootsweep does not run.
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
