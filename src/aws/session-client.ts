/** One IAM client shared by all root sessions. Each call is signed with its own session's credentials. */
import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { SignatureV4 } from '@smithy/signature-v4';
import { checkSummaries } from './account-summary.js';
import { lighten } from './client-config.js';
import type { SendOptions } from './send-options.js';
import type { SessionCredentials } from './settings.js';

/** IAM with the credentials of one session. */
export type IamSession = Pick<IAMClient, 'send'>;

/** Placeholder credentials of the client. They do not exist in AWS and never sign anything. */
const PLACEHOLDER = { accessKeyId: 'no-session', secretAccessKey: 'no-session' };

/**
 * One client per session would cost more than its calls, because each loads its configuration and builds its
 * middleware. A call without a known session is not signed and never sent.
 */
export function openSessionClient(
  config: IAMClientConfig & { readonly region: string },
): (credentials: SessionCredentials) => IamSession {
  /** Signers by the input object of a call, then by its request. */
  const signers = new WeakMap<object, SignatureV4>();
  const client = new IAMClient({
    ...config,
    credentials: PLACEHOLDER,
    // A custom endpoint has no auth scheme; the client's region applies.
    signer: async (scheme) => ({
      sign: async (request, options) =>
        signerOf(request).sign(request, {
          ...options,
          ...(scheme?.signingRegion === undefined ? {} : { signingRegion: scheme.signingRegion }),
        }),
    }),
  });
  const signerOf = (key: object): SignatureV4 => {
    const signer = signers.get(key);
    if (signer === undefined) throw new Error('a call to IAM that belongs to no session');
    return signer;
  };
  checkSummaries(client);
  lighten(client).middlewareStack.add(
    (next) => (args) => {
      signers.set(args.request as object, signerOf(args.input));
      return next(args);
    },
    // The last step before the request is signed.
    { step: 'build', priority: 'low', name: 'signAsSession' },
  );
  return (credentials) => {
    const { sha256 } = client.config;
    const signer = new SignatureV4({ credentials, sha256, region: config.region, service: 'iam' });
    return {
      send: ((command: Parameters<IAMClient['send']>[0], options?: SendOptions) => {
        signers.set(command.input, signer);
        return client.send(command, options);
      }) as IAMClient['send'],
    };
  };
}
