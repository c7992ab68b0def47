/** Where a signing key comes from: a file, an SSH agent or KMS; and what it may be called. */

import { join } from 'node:path';
import type { AwsSettings } from '../aws/settings.js';
import type { Context } from '../context.js';
import { quoteVisibly } from '../core/base/text.js';
import type { PublicKey, SigningKey } from '../core/signing/key.js';
import { RootsweepError } from '../errors.js';
import { configFolder } from '../files/keys/config-folder.js';
import type { KeySurroundings } from '../files/keys/key.js';
import { parseTrust } from '../files/keys/trust.js';
import { parseInteger, resolvePath } from './arguments.js';
import { askSecret } from './ask.js';
import type { AwsHost } from './host.js';

export interface KeyFlags {
  /** `--key`; else ROOTSWEEP_KEY, else `signing-key.pem` in the configuration folder. */
  readonly key: string | undefined;
  /** `--passphrase-fd`. */
  readonly passphraseFd: string | undefined;
}

/** `awskms:alias/plans`, `awskms:ID` or the ARN of a key or an alias. */
const OF_KMS = /^(?:awskms:(?:\/\/\/)?(?<named>.+)|(?<arn>arn:[\w-]+:kms:.+))$/;

/** @throws RootsweepError KEY_MISSING, KEY_INVALID, KEY_PERMISSIONS, and what AWS's refusals become. */
export async function openKey(
  { key: flag, passphraseFd }: KeyFlags,
  { context, awsSettings }: AwsHost,
): Promise<SigningKey> {
  const named = flag ?? (context.env.ROOTSWEEP_KEY || undefined);
  const ofKms = nameInKms(named ?? '');
  if (ofKms !== undefined) return openKeyOfKms(ofKms, awsSettings, context);
  const { openSigningKey } = await import('../files/keys/key.js');
  const path =
    named === undefined ? join(configFolder(context), 'signing-key.pem') : resolvePath(named, context);
  try {
    return await openSigningKey(path, surroundings(passphraseFd, context));
  } catch (error) {
    if (named !== undefined || !(error instanceof RootsweepError) || error.code !== 'FILE_NOT_FOUND')
      throw error;
    throw new RootsweepError('KEY_MISSING', `no signing key was given, and there is none at "${path}"`, {
      hint: 'pass --key KEY or set ROOTSWEEP_KEY; make a key with: rootsweep keygen',
      cause: error,
    });
  }
}

/**
 * The public half of a key that was named.
 * @throws RootsweepError like `openKey`.
 */
export async function readPublicKey(
  { key, passphraseFd }: KeyFlags & { readonly key: string },
  { context, awsSettings }: AwsHost,
): Promise<PublicKey> {
  const ofKms = nameInKms(key);
  if (ofKms !== undefined) return (await openKeyOfKms(ofKms, awsSettings, context)).publicKey;
  const { readPublicHalf } = await import('../files/keys/key.js');
  return readPublicHalf(resolvePath(key, context), surroundings(passphraseFd, context));
}

function nameInKms(key: string): string | undefined {
  const { named, arn } = OF_KMS.exec(key)?.groups ?? {};
  return named ?? arn;
}

async function openKeyOfKms(name: string, aws: AwsSettings, { clock }: Context): Promise<SigningKey> {
  const { openKmsKey } = await import('../aws/kms.js');
  const { createServiceKey } = await import('../signing/service-key.js');
  return createServiceKey(await openKmsKey(aws, name, clock));
}

function surroundings(passphraseFd: string | undefined, context: Context): KeySurroundings {
  return {
    env: context.env,
    askPassphrase: async (path) => {
      if (passphraseFd === undefined) return askSecret(`Passphrase of ${quoteVisibly(path)}: `, context);
      const { readDescriptor } = await import('../files/io/descriptor.js');
      return readDescriptor(parseInteger('--passphrase-fd', passphraseFd, 0, 65_535));
    },
  };
}

/** @throws RootsweepError USAGE for the name of a key that a drafted trust file cannot hold, or that would print as another. */
export function checkKeyName(name: string, trust: string): void {
  try {
    parseTrust(trust, 'trust.yaml');
  } catch (cause) {
    throw new RootsweepError('USAGE', `--name ${quoteVisibly(name)} cannot stand in a trust file`, {
      hint: 'use letters, digits and hyphens, at most 100, for example: --name platform-planner',
      cause,
    });
  }
}
