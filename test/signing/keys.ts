/** Keys to sign with in tests, and files under their signatures. */
import assert from 'node:assert/strict';
import { type KeyObject, sign } from 'node:crypto';
import {
  type Claim,
  encodeEnvelope,
  encodePae,
  payloadType,
  type Signature,
} from '../../src/core/signing/envelope.js';
import type { SigningKey } from '../../src/core/signing/key.js';
import type { Role } from '../../src/core/signing/trust.js';
import { createPemKey } from '../../src/signing/pem-key.js';

/** When approvers and witnesses sign unless a test says otherwise: the time at which its plan is made. */
const AT = '2026-11-23T09:00:00Z';

export function signingKeyOf(privateKey: KeyObject): SigningKey {
  const key = createPemKey(privateKey);
  assert(key);
  return key;
}

/** What a signature in a role says; a planner's and an operator's carry no time. */
export function claimOf(role: Role, at = AT): Claim {
  return role === 'approver' || role === 'witness' ? { role, at } : { role };
}

/** The bytes that a key signs to say it. */
export function messageOf(claim: Claim, body: Buffer): Buffer {
  return encodePae(payloadType(claim), body);
}

/** The signature of an Ed25519 key, at once. */
export function signatureOf(role: Role, body: Buffer, privateKey: KeyObject, at = AT): Signature {
  const { keyid, algorithm } = signingKeyOf(privateKey).publicKey;
  const claim = claimOf(role, at);
  const signature = sign(null, messageOf(claim, body), privateKey).toString('base64');
  return { ...claim, keyid, algorithm, signature };
}

/** A file, signed once in a role. */
export function signedFile(role: Role, body: Buffer, privateKey: KeyObject): Buffer {
  return encodeEnvelope({ body, signatures: [signatureOf(role, body, privateKey)] });
}
