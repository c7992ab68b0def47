/** A signature on the body of a plan or a receipt. */
import { type Claim, encodePae, NAMESPACES, payloadType, type Signature } from '../core/envelope.js';
import type { SigningKey } from '../core/key.js';
import { RootsweepError } from '../errors.js';

/**
 * @throws RootsweepError KEY_INVALID where the signature does not fit the public half of the key: nothing that nobody
 *   could verify is ever written.
 */
export async function signBody(claim: Claim, body: Buffer, key: SigningKey): Promise<Signature> {
  const message = encodePae(payloadType(claim), body);
  const namespace = NAMESPACES[claim.role];
  const signature = await key.sign(message, namespace);
  const { keyid, algorithm, verify } = key.publicKey;
  if (!verify(message, signature, namespace)) {
    throw new RootsweepError(
      'KEY_INVALID',
      'the signing key made a signature that does not fit its public half',
      {
        hint: 'use another key, and do not trust this one',
      },
    );
  }
  return { ...claim, keyid, algorithm, signature: signature.toString('base64') };
}
