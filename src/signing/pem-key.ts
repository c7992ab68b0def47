/** A private key that is at hand, as a key to sign with. */
import { type KeyObject, sign } from 'node:crypto';
import type { SigningKey } from '../core/key.js';
import { publicKeyOf } from './ed25519.js';
import { parsePublicKey } from './public-key.js';

/** Undefined for a key that proves nothing: anybody could sign in its name. */
export function createPemKey(privateKey: KeyObject): SigningKey | undefined {
  const publicKey = parsePublicKey(publicKeyOf(privateKey));
  if (publicKey === undefined) return undefined;
  return { publicKey, sign: async (message) => sign(null, message, privateKey) };
}
