/** Keys to sign with in tests, and files under their signatures. */
import assert from 'node:assert/strict';
import { type KeyObject, sign } from 'node:crypto';
import {
  encodeEnvelope,
  encodePae,
  PAYLOAD_TYPES,
  type Purpose,
  type Signature,
} from '../../src/core/envelope.js';
import type { SigningKey } from '../../src/core/key.js';
import { createPemKey } from '../../src/signing/pem-key.js';

export function signingKeyOf(privateKey: KeyObject): SigningKey {
  const key = createPemKey(privateKey);
  assert(key);
  return key;
}

/** The signature of an Ed25519 key, at once. */
export function signatureOf(purpose: Purpose, body: Buffer, privateKey: KeyObject): Signature {
  const { keyid, algorithm } = signingKeyOf(privateKey).publicKey;
  const signature = sign(null, encodePae(PAYLOAD_TYPES[purpose], body), privateKey).toString('base64');
  return { purpose, keyid, algorithm, signature };
}

/** A file, signed once for a purpose. */
export function signedFile(purpose: Purpose, body: Buffer, privateKey: KeyObject): Buffer {
  return encodeEnvelope({ body, signatures: [signatureOf(purpose, body, privateKey)] });
}
