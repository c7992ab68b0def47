/** Verifies signatures of `ssh-keygen -Y sign` (OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f). */
import { createHash, type KeyObject, verify } from 'node:crypto';
import { verifyP256 } from './p256.js';
import type { SshPublicKey } from './ssh-public-key.js';
import { encodeStrings, parsePositive, splitStrings } from './ssh-wire.js';

const MAGIC = Buffer.from('SSHSIG');
/** The magic bytes and version 1, the only version. */
const PREAMBLE = Buffer.concat([MAGIC, Buffer.from([0, 0, 0, 1])]);
const HASHES = ['sha256', 'sha512'];
const RSA_HASHES: ReadonlyMap<string, string> = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);
/** After a security key's signature: one byte of flags and a 32-bit counter. */
const SECURITY_KEY_TAIL = 5;
/** The flag for a touch of the security key by its user. */
const USER_PRESENT = 0x01;
const P256_BYTES = 32;

/**
 * Whether a signature matches this message, namespace and key. Never throws.
 * @param signature the decoded armor.
 */
export function verifySshSignature(
  message: Uint8Array,
  signature: Buffer,
  namespace: string,
  publicKey: SshPublicKey,
): boolean {
  if (namespace === '' || !signature.subarray(0, PREAMBLE.length).equals(PREAMBLE)) return false;
  const fields = splitStrings(signature.subarray(PREAMBLE.length));
  if (fields?.length !== 5) return false;
  const [key, space, reserved, hashName, inner] = fields;
  if (!key?.equals(publicKey.blob) || !space?.equals(Buffer.from(namespace))) return false;
  // OpenSSH ignores the reserved field and signs an empty one instead. No tool writes it, and a signed file must not
  // contain bytes that no signature covers.
  if (reserved?.length !== 0 || hashName === undefined || inner === undefined) return false;
  const hash = hashName.toString('latin1');
  if (!HASHES.includes(hash)) return false;
  const digest = createHash(hash).update(message).digest();
  const signed = Buffer.concat([MAGIC, encodeStrings(namespace, reserved, hash, digest)]);
  return publicKey.application === undefined
    ? verifyInner(signed, inner, publicKey)
    : verifyTouched(signed, inner, publicKey, publicKey.application);
}

/** A security key signs hashes together with its flags and counter. A signature without a touch is rejected. */
function verifyTouched(signed: Buffer, inner: Buffer, publicKey: SshPublicKey, application: Buffer): boolean {
  const tail = inner.subarray(-SECURITY_KEY_TAIL);
  if (((tail[0] ?? 0) & USER_PRESENT) === 0) return false;
  const asked = Buffer.concat([sha256(application), tail, sha256(signed)]);
  return verifyInner(asked, inner.subarray(0, -SECURITY_KEY_TAIL), publicKey);
}

/** The inner signature names its algorithm: the key type, except for RSA, where that would mean SHA-1. */
function verifyInner(signed: Buffer, inner: Buffer, { family, type, key }: SshPublicKey): boolean {
  const [name, raw, ...more] = splitStrings(inner) ?? [];
  if (name === undefined || raw === undefined || more.length > 0) return false;
  const algorithm = name.toString('latin1');
  if (family === 'rsa') {
    const hash = RSA_HASHES.get(algorithm);
    return hash !== undefined && fits(hash, signed, key, raw);
  }
  if (algorithm !== type) return false;
  if (family === 'ed25519') return fits(null, signed, key, raw);
  const pair = parsePair(raw);
  return pair !== undefined && verifyP256(signed, pair, key, 'ieee-p1363');
}

/** Converts two `mpint`s, r and s, to 32 bytes each. */
function parsePair(raw: Buffer): Buffer | undefined {
  const [r, s, ...more] = (splitStrings(raw) ?? []).map(parsePositive);
  if (r === undefined || s === undefined || more.length > 0) return undefined;
  if (r.length > P256_BYTES || s.length > P256_BYTES) return undefined;
  return Buffer.concat([Buffer.alloc(P256_BYTES - r.length), r, Buffer.alloc(P256_BYTES - s.length), s]);
}

function fits(hash: string | null, signed: Buffer, key: KeyObject, raw: Buffer): boolean {
  try {
    return verify(hash, signed, key, raw);
  } catch {
    return false;
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
