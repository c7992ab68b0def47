/** Keys on the curve P-256 and their ECDSA signatures, on node:crypto. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** What the SPKI DER of every P-256 key begins with (RFC 5480); the point follows, uncompressed: 04, x and y. */
const SPKI_HEADER = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const POINT_LENGTH = 65;
const UNCOMPRESSED = 4;

export interface P256Key {
  /** SHA-256 of the key's SPKI DER, in hex. */
  readonly keyid: string;
  readonly key: KeyObject;
}

/** A public key from its SPKI DER; undefined where it is no P-256 key, or its point is compressed. */
export function parseSpki(der: Buffer): P256Key | undefined {
  if (!der.subarray(0, SPKI_HEADER.length).equals(SPKI_HEADER)) return undefined;
  return parsePoint(der.subarray(SPKI_HEADER.length));
}

/** A public key from its uncompressed point; undefined where that is not on the curve. */
export function parsePoint(point: Buffer): P256Key | undefined {
  if (point.length !== POINT_LENGTH || point[0] !== UNCOMPRESSED) return undefined;
  const der = Buffer.concat([SPKI_HEADER, point]);
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return { keyid: createHash('sha256').update(der).digest('hex'), key };
  } catch {
    // OpenSSL takes no point that is off the curve, nor a coordinate of the field's prime or more.
    return undefined;
  }
}

/**
 * Whether a signature over the SHA-256 of the message fits. Each has a twin, with the other s, that anybody can work
 * out and that fits too: it says the same, and a key counts once however many of its signatures there are.
 * @param encoding `der`, or r and s of 32 bytes each.
 */
export function verifyP256(
  message: Uint8Array,
  signature: Buffer,
  key: KeyObject,
  encoding: 'der' | 'ieee-p1363',
): boolean {
  try {
    return verify('sha256', message, { key, dsaEncoding: encoding }, signature);
  } catch {
    return false;
  }
}
