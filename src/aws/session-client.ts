/** One IAM client through which every root session calls, each call signed with its own session's credentials. */
import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { SignatureV4 } from '@smithy/signature-v4';
import { checkSummaries } from './account-summary.js';
import { lighten } from './client-config.js';
import type { SessionCredentials } from './clients.js';
import type { SendOptions } from './send-options.js';

/** IAM, in the name of one session. */
export type IamSession = Pick<IAMClient, 'send'>;

/** What the client holds itself: AWS knows no such key, and nothing is ever signed with it. */
const NOBODY = { accessKeyId: 'no-session', secretAccessKey: 'no-session' };

/**
 * A client for each session would cost more than its calls: each reads its configuration and puts its middleware
 * together anew. A call whose session is not known is not signed, and so never sent.
 */
export function openSessionClient(
  config: IAMClientConfig & { readonly region: string },
): (credentials: SessionCredentials) => IamSession {
  /** Whose a call is: by the object that holds its parameters, and then by the request that is made of it. */
  const signers = new WeakMap<object, SignatureV4>();
  const client = new IAMClient({
    ...config,
    credentials: NOBODY,
    // Where the endpoint is not AWS's own, no scheme comes with it, and the region is the client's.
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
    // The last to see the request before it is signed.
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
