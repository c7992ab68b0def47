/** P-256 keys and their ECDSA signatures, with node:crypto. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';

/** The prefix of every P-256 SPKI DER (RFC 5480); the uncompressed point (04, x, y) follows. */
const SPKI_HEADER = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');
const POINT_LENGTH = 65;
const UNCOMPRESSED = 4;

export interface P256Key {
  /** SHA-256 of the key's SPKI DER, in hex. */
  readonly keyid: string;
  readonly key: KeyObject;
}

/** Parses SPKI DER; undefined if it is not a P-256 key or its point is compressed. */
export function parseSpki(der: Buffer): P256Key | undefined {
  if (!der.subarray(0, SPKI_HEADER.length).equals(SPKI_HEADER)) return undefined;
  return parsePoint(der.subarray(SPKI_HEADER.length));
}

/** Parses an uncompressed point; undefined if it is not on the curve. */
export function parsePoint(point: Buffer): P256Key | undefined {
  if (point.length !== POINT_LENGTH || point[0] !== UNCOMPRESSED) return undefined;
  const der = Buffer.concat([SPKI_HEADER, point]);
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return { keyid: createHash('sha256').update(der).digest('hex'), key };
  } catch {
    // OpenSSL rejects points off the curve and coordinates of at least the field's prime.
    return undefined;
  }
}

/**
 * Verifies a signature over the SHA-256 of the message. From each signature, anyone can compute a second valid one
 * (with the other s). That is harmless: a key counts once, however many of its signatures there are.
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
