/** A signature on the body of a plan or a receipt. */
import { encodePae, NAMESPACES, PAYLOAD_TYPES, type Purpose, type Signature } from '../core/envelope.js';
import type { SigningKey } from '../core/key.js';
import { RootsweepError } from '../errors.js';

/**
 * @throws RootsweepError KEY_INVALID where the signature does not fit the public half of the key: nothing that nobody
 *   could verify is ever written.
 */
export async function signBody(purpose: Purpose, body: Buffer, key: SigningKey): Promise<Signature> {
  const message = encodePae(PAYLOAD_TYPES[purpose], body);
  const signature = await key.sign(message, NAMESPACES[purpose]);
  const { keyid, algorithm, verify } = key.publicKey;
  if (!verify(message, signature, NAMESPACES[purpose])) {
    throw new RootsweepError(
      'KEY_INVALID',
      'the signing key made a signature that does not fit its public half',
      {
        hint: 'use another key, and do not trust this one',
      },
    );
  }
  return { purpose, keyid, algorithm, signature: signature.toString('base64') };
}
