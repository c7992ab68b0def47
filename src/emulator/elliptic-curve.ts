import { createECDH, createHmac, createPrivateKey, type KeyObject } from 'node:crypto';

/** A NIST curve with the parameters needed for signing. */
export interface Curve {
  /** Its name in OpenSSL. */
  readonly name: string;
  /** Its name in a JSON Web Key. */
  readonly jwk: string;
  /** Bytes per coordinate. */
  readonly size: number;
  /** The order of the base point. */
  readonly order: bigint;
}

export const P256: Curve = {
  name: 'prime256v1',
  jwk: 'P-256',
  size: 32,
  order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
};

export const P384: Curve = {
  name: 'secp384r1',
  jwk: 'P-384',
  size: 48,
  order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/** Derives a private key from bytes. Pass more bytes than the curve's size, so that keys are evenly distributed. */
export function derivePrivateKey(curve: Curve, bytes: Buffer): KeyObject {
  const scalar = toBytes(toScalar(curve, bytes), curve.size);
  const point = multiplyBase(curve, scalar);
  const key = {
    kty: 'EC',
    crv: curve.jwk,
    x: point.subarray(1, 1 + curve.size).toString('base64url'),
    y: point.subarray(1 + curve.size).toString('base64url'),
    d: scalar.toString('base64url'),
  };
  return createPrivateKey({ key, format: 'jwk' });
}

/**
 * Signs a digest as long as the curve's order with ECDSA and returns DER. Implemented by hand because node:crypto
 * always hashes its input, while KMS callers may pass a digest. Not constant-time: for the emulator only.
 * @param salt makes two signatures of one digest differ. The secrecy of the nonce comes from the private key.
 */
export function signDigest(curve: Curve, privateKey: KeyObject, digest: Buffer, salt: string): Buffer {
  const { size, order } = curve;
  const secret = Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const nonce = toScalar(curve, createHmac('sha512', secret).update(salt).update(digest).digest());
  const point = multiplyBase(curve, toBytes(nonce, size));
  const r = toNumber(point.subarray(1, 1 + size)) % order;
  const s = (power(nonce, order - 2n, order) * (toNumber(digest) + r * toNumber(secret))) % order;
  const numbers = Buffer.concat([writeInteger(r), writeInteger(s)]);
  return Buffer.concat([Buffer.from([0x30, numbers.length]), numbers]);
}

/** Returns a number from 1 to order - 1. */
function toScalar({ order }: Curve, bytes: Buffer): bigint {
  return (toNumber(bytes) % (order - 1n)) + 1n;
}

/** Returns the uncompressed point: byte 4, then both coordinates. */
function multiplyBase({ name }: Curve, scalar: Buffer): Buffer {
  const exchange = createECDH(name);
  exchange.setPrivateKey(scalar);
  return exchange.getPublicKey();
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Writes a DER integer: minimal length, with a leading zero if the first bit would make it negative. */
function writeInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const content = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
  return Buffer.concat([Buffer.from([0x02, content.length]), content]);
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function toBytes(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
}
