/** Ed25519 keys and signatures, on node:crypto. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

export interface Ed25519Key {
  /** SHA-256 of the key's SPKI DER, in hex. */
  readonly keyid: string;
  readonly key: KeyObject;
}

/** The prefix of every Ed25519 SPKI DER (RFC 8410); the 32 bytes of the key follow. */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');

const FIELD_PRIME = 2n ** 255n - 19n;

/** The d of the curve -x² + y² = 1 + d·x²·y². */
const CURVE_D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/** A y coordinate of the points of order 8; the other is its negative. */
const ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;

/**
 * The y coordinates of all points whose order divides 8. With such a public key, one signature matches every message,
 * and the OpenSSL of Node 20 accepts these keys.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  ORDER_8_Y,
  FIELD_PRIME - ORDER_8_Y,
]);

/** Generates a key pair: private key as PKCS#8 PEM, public key as base64 SPKI DER. */
export function generateKey(): {
  readonly privatePem: string;
  readonly publicKey: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKey: encodePublicKey(publicKey),
  };
}

/** Parses a PKCS#8 PEM; undefined if the text or the passphrase is wrong. */
export function parsePrivateKey(pem: string, passphrase?: string): KeyObject | undefined {
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Parses base64 SPKI DER; undefined if it is not an Ed25519 key or a weak one. */
export function parseEd25519(base64: string): Ed25519Key | undefined {
  const der = Buffer.from(base64, 'base64');
  if (der.length !== SPKI_HEADER.length + 32 || !der.subarray(0, SPKI_HEADER.length).equals(SPKI_HEADER)) {
    return undefined;
  }
  if (!isStrongPoint(der.subarray(SPKI_HEADER.length))) return undefined;
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return { keyid: createHash('sha256').update(der).digest('hex'), key };
}

/** Encodes 32 key bytes as SPKI DER. */
export function encodeSpki(point: Uint8Array): Buffer {
  return Buffer.concat([SPKI_HEADER, point]);
}

/** The public key of a private key, as base64 SPKI DER. */
export function publicKeyOf(privateKey: KeyObject): string {
  return encodePublicKey(createPublicKey(privateKey));
}

/** Returns the signature in base64. */
export function signBytes(bytes: Uint8Array, privateKey: KeyObject): string {
  return sign(null, bytes, privateKey).toString('base64');
}

export function verifyEd25519(bytes: Uint8Array, signature: string, key: KeyObject): boolean {
  return verify(null, bytes, key, Buffer.from(signature, 'base64'));
}

function encodePublicKey(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).toString('base64');
}

/** The bytes are y in little-endian, with the sign of x in the highest bit. A y of at least the prime is invalid. */
function isStrongPoint(point: Uint8Array): boolean {
  const bigEndian = Buffer.from(point).reverse();
  const y = BigInt(`0x${bigEndian.toString('hex')}`) & ((1n << 255n) - 1n);
  return y < FIELD_PRIME && !SMALL_ORDER_Y.has(y) && isOnCurve(y);
}

/** Half of all values of y have no point. No signature matches such a key, so it must be a typo. */
function isOnCurve(y: bigint): boolean {
  // x² = u / v is a square exactly if u · v is one (Euler's criterion). v is never zero.
  const square = (y * y) % FIELD_PRIME;
  const [u, v] = [square - 1n, CURVE_D * square + 1n];
  let base = (((u * v) % FIELD_PRIME) + FIELD_PRIME) % FIELD_PRIME;
  let power = 1n;
  for (let exponent = (FIELD_PRIME - 1n) / 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) power = (power * base) % FIELD_PRIME;
    base = (base * base) % FIELD_PRIME;
  }
  return power === 1n;
}
