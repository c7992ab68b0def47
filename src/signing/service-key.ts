/** A signing key held by a service, such as AWS KMS. */
import type { SigningKey } from '../core/signing/key.js';
import { RootsweepError } from '../errors.js';
import { parsePublicKey } from './public-key.js';

export interface ServiceKey {
  /** Base64 of the SPKI DER. */
  readonly publicKey: string;
  readonly sign: (message: Uint8Array) => Promise<Buffer>;
}

/** @throws RootsweepError KEY_INVALID for an unsupported public key. */
export function createServiceKey({ publicKey: text, sign }: ServiceKey): SigningKey {
  const publicKey = parsePublicKey(text);
  if (publicKey !== undefined) return { publicKey, sign };
  throw new RootsweepError('KEY_INVALID', 'the public half of the signing key is no P-256 key', {
    hint: 'use a key of the spec ECC_NIST_P256',
  });
}
