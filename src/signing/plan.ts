/** A plan's body under a signature. */
import type { KeyObject } from 'node:crypto';
import { encodeEnvelope, encodePae, PLAN_PAYLOAD_TYPE } from '../core/envelope.js';
import { RootsweepError } from '../errors.js';
import { parsePublicKey, publicKeyOf, signBytes } from './ed25519.js';

/** The bytes of the plan file. */
export function signPlan(body: Buffer, privateKey: KeyObject): Buffer {
  const publicKey = parsePublicKey(publicKeyOf(privateKey));
  if (publicKey === undefined) {
    throw new RootsweepError(
      'KEY_INVALID',
      'the signing key proves nothing: anybody could sign in its name',
      {
        hint: 'make another with: rootsweep keygen',
      },
    );
  }
  const signature = signBytes(encodePae(PLAN_PAYLOAD_TYPE, body), privateKey);
  return encodeEnvelope({ body, signatures: [{ keyid: publicKey.keyid, algorithm: 'ed25519', signature }] });
}
