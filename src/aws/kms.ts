/** Signs with a key in AWS KMS. */

import { createHash } from 'node:crypto';
import {
  GetPublicKeyCommand,
  type GetPublicKeyCommandOutput,
  KMSClient,
  SignCommand,
  type SignCommandOutput,
} from '@aws-sdk/client-kms';
import type { Clock } from '../core/base/clock.js';
import { commandLine } from '../core/base/command-line.js';
import { RootsweepError } from '../errors.js';
import { type Calls, createCalls } from './call.js';
import { configureClients, requireCredentials, requireRegion } from './client-config.js';
import { explainCaller } from './explain-caller.js';
import { classifyError } from './failures.js';
import { requireField } from './require-field.js';
import { noteCredentials, Secrets } from './secrets.js';
import type { AwsSettings } from './settings.js';
import { shield, shielded } from './shield.js';

export interface KmsSigner {
  /** Base64 of the SPKI DER. */
  readonly publicKey: string;
  /**
   * ECDSA over the SHA-256 of the message, in DER. Retried like every call: signing twice has no effect.
   * @throws RootsweepError like `openKmsKey`.
   */
  readonly sign: (message: Uint8Array) => Promise<Buffer>;
}

/** The key type that rootsweep signs with. Source: KMS API reference, `GetPublicKey`. */
const WANTED = { spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY', algorithm: 'ECDSA_SHA_256' } as const;

/** The ARN of a key or alias. KMS answers only in the region in the ARN. */
const ARN = /^arn:[a-z-]+:kms:(?<region>[a-z0-9-]+):\d{12}:(?:key|alias)\/.+$/;

/**
 * @param keyId any key identifier of KMS: key id, key ARN, alias (`alias/plans`) or alias ARN.
 * @throws RootsweepError KEY_MISSING, KEY_INVALID, REGION_MISSING, CREDENTIALS_MISSING, CREDENTIALS_REJECTED,
 * CALLER_NOT_ALLOWED, AWS_UNREACHABLE, AWS_FAILED.
 */
export function openKmsKey(settings: AwsSettings, keyId: string, clock: Clock): Promise<KmsSigner> {
  const secrets = new Secrets();
  return shielded(async () => {
    const client = noteCredentials(await openClient(settings, keyId), secrets);
    return shield(await readKey(client, createCalls(clock, settings), keyId), secrets);
  }, secrets);
}

async function readKey(client: KMSClient, { call }: Calls, keyId: string): Promise<KmsSigner> {
  const described = await call((options) =>
    client.send(new GetPublicKeyCommand({ KeyId: keyId }), options),
  ).catch((error: unknown) => {
    throw explainKey(error, keyId, 'kms:GetPublicKey');
  });
  requireKind(described, keyId);
  const publicKey = requireField(described.PublicKey, 'kms:GetPublicKey', 'PublicKey');
  const arn = requireField(described.KeyId, 'kms:GetPublicKey', 'KeyId');

  return {
    publicKey: Buffer.from(publicKey).toString('base64'),
    sign: async (message) => {
      const digest = createHash('sha256').update(message).digest();
      const request = new SignCommand({
        KeyId: keyId,
        Message: digest,
        MessageType: 'DIGEST',
        SigningAlgorithm: WANTED.algorithm,
      });
      const signed = await call((options) => client.send(request, options)).catch((error: unknown) => {
        throw explainKey(error, keyId, 'kms:Sign');
      });
      requireSameKey(signed, arn, keyId);
      return Buffer.from(requireField(signed.Signature, 'kms:Sign', 'Signature'));
    },
  };
}

async function openClient(settings: AwsSettings, keyId: string): Promise<KMSClient> {
  const region = ARN.exec(keyId)?.groups?.region;
  if (region === undefined && keyId.startsWith('arn:')) {
    throw new RootsweepError('KEY_INVALID', `"${keyId}" is not the ARN of a KMS key`, {
      hint: 'it looks like arn:aws:kms:us-east-1:111122223333:key/ID or arn:aws:kms:us-east-1:111122223333:alias/NAME',
    });
  }
  const client = new KMSClient(configureClients({ ...settings, ...(region && { region }) }, 1));
  await requireRegion(client);
  await requireCredentials(client, settings);
  return client;
}

function requireKind(described: GetPublicKeyCommandOutput, keyId: string): void {
  const spec = requireField(described.KeySpec, 'kms:GetPublicKey', 'KeySpec');
  const usage = requireField(described.KeyUsage, 'kms:GetPublicKey', 'KeyUsage');
  if (spec !== WANTED.spec) throw wrongKind(keyId, `has the spec ${spec}`);
  if (usage !== WANTED.usage) throw wrongKind(keyId, `has the usage ${usage}`);
  if (!described.SigningAlgorithms?.includes(WANTED.algorithm)) {
    throw wrongKind(keyId, `does not sign with ${WANTED.algorithm}`);
  }
}

function wrongKind(keyId: string, trait: string, cause?: unknown): RootsweepError {
  return new RootsweepError('KEY_INVALID', `KMS key "${keyId}" ${trait}`, {
    hint: `make one that signs: ${commandLine('aws', 'kms', 'create-key', ['--key-spec', WANTED.spec], ['--key-usage', WANTED.usage])}`,
    cause,
  });
}

/** An alias can be moved to another key at any time; its signature would not match the public key. */
function requireSameKey(signed: SignCommandOutput, arn: string, keyId: string): void {
  const signer = requireField(signed.KeyId, 'kms:Sign', 'KeyId');
  if (signer === arn) return;
  throw new RootsweepError('KEY_INVALID', `"${keyId}" was "${arn}" and signed as "${signer}"`, {
    hint: 'somebody pointed the alias at another key; run it again',
  });
}

function explainKey(error: unknown, keyId: string, action: string): RootsweepError {
  const { kind, code, message } = classifyError(error);
  switch (code) {
    case 'NotFound':
      return new RootsweepError('KEY_MISSING', `KMS has no key "${keyId}": ${message}`, {
        hint: 'look for it with: aws kms list-aliases; an alias or id needs the region of the key in --region',
        cause: error,
      });
    case 'Disabled':
      return new RootsweepError('KEY_INVALID', `KMS key "${keyId}" is disabled`, {
        hint: 'enable it with: aws kms enable-key --key-id ID',
        cause: error,
      });
    case 'KMSInvalidState':
      return new RootsweepError('KEY_INVALID', `KMS key "${keyId}" cannot be used: ${message}`, {
        hint: 'see its state with: aws kms describe-key --key-id ID',
        cause: error,
      });
    // A symmetric key has no public key.
    case 'UnsupportedOperation':
    case 'InvalidKeyUsage':
      return wrongKind(keyId, `cannot sign: ${message}`, error);
  }
  if (kind !== 'denied') return explainCaller(error, action);
  return new RootsweepError('CALLER_NOT_ALLOWED', `the caller is not allowed to call ${action}: ${message}`, {
    hint: `allow ${action} in the IAM policy of the caller; for a key of another account, in the policy of the key too`,
    cause: error,
  });
}
