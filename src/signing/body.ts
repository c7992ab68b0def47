/** Signs the body of a plan or receipt, and the head of a run. */
import { type Claim, encodePae, NAMESPACES, payloadType, type Signature } from '../core/signing/envelope.js';
import type { SigningKey } from '../core/signing/key.js';
import { RootsweepError } from '../errors.js';

/** @throws RootsweepError KEY_INVALID, as from `signMessage`. */
export async function signBody(claim: Claim, body: Buffer, key: SigningKey): Promise<Signature> {
  const signature = await signMessage(encodePae(payloadType(claim), body), NAMESPACES[claim.role], key);
  const { keyid, algorithm } = key.publicKey;
  return { ...claim, keyid, algorithm, signature: signature.toString('base64') };
}

/**
 * @throws RootsweepError KEY_INVALID if the signature does not match the public key, so that no unverifiable signature
 * is ever written.
 */
export async function signMessage(message: Buffer, namespace: string, key: SigningKey): Promise<Buffer> {
  const signature = await key.sign(message, namespace);
  if (!key.publicKey.verify(message, signature, namespace)) {
    throw new RootsweepError(
      'KEY_INVALID',
      'the signing key made a signature that does not fit its public half',
      {
        hint: 'use another key, and do not trust this one',
      },
    );
  }
  return signature;
}
