/** A signing key from a private key in memory. */
import { type KeyObject, sign } from 'node:crypto';
import type { SigningKey } from '../core/signing/key.js';
import { publicKeyOf } from './ed25519.js';
import { parsePublicKey } from './public-key.js';

/** Returns undefined for a weak key, with which anyone could sign. */
export function createPemKey(privateKey: KeyObject): SigningKey | undefined {
  const publicKey = parsePublicKey(publicKeyOf(privateKey));
  if (publicKey === undefined) return undefined;
  return { publicKey, sign: async (message) => sign(null, message, privateKey) };
}
