/** A body under a signature. */
import type { KeyObject } from 'node:crypto';
import { type DocumentKind, encodeEnvelope, encodePae, PAYLOAD_TYPES } from '../core/envelope.js';
import { RootsweepError } from '../errors.js';
import { parsePublicKey, publicKeyOf, signBytes } from './ed25519.js';

/** The bytes of a signed file. The signature counts for this kind of file only. */
export function signBody(kind: DocumentKind, body: Buffer, privateKey: KeyObject): Buffer {
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
  const signature = signBytes(encodePae(PAYLOAD_TYPES[kind], body), privateKey);
  return encodeEnvelope({ body, signatures: [{ keyid: publicKey.keyid, algorithm: 'ed25519', signature }] });
}
