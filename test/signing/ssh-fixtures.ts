/** Keys and signatures of SSH, made with node:crypto, in which a test changes the one thing that it is about. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { encodeStrings } from '../../src/signing/ssh-wire.js';

export const NAMESPACE = 'rootsweep-plan';
export const MESSAGE = Buffer.from('the plan');

export interface SshSecret {
  readonly type: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly blob: Buffer;
  /** Of a security key. */
  readonly application?: string;
}

/** A non-negative number, from its big-endian bytes. */
export function mpintOf(magnitude: Buffer): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const bytes = start < 0 ? Buffer.alloc(0) : magnitude.subarray(start);
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
}

const field = (key: KeyObject, name: 'e' | 'n' | 'x' | 'y') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');

export const pointOf = (key: KeyObject) =>
  Buffer.concat([Buffer.from([4]), field(key, 'x'), field(key, 'y')]);

export function createEd25519(): SshSecret {
  const pair = generateKeyPairSync('ed25519');
  const type = 'ssh-ed25519';
  return { type, ...pair, blob: encodeStrings(type, field(pair.publicKey, 'x')) };
}

export function createP256(): SshSecret {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const type = 'ecdsa-sha2-nistp256';
  return { type, ...pair, blob: encodeStrings(type, 'nistp256', pointOf(pair.publicKey)) };
}

export function createRsa(modulusLength = 2048, publicExponent = 65537): SshSecret {
  const pair = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  return { type: 'ssh-rsa', ...pair, blob: rsaBlobOf(pair.publicKey) };
}

export const rsaBlobOf = (key: KeyObject) =>
  encodeStrings('ssh-rsa', mpintOf(field(key, 'e')), mpintOf(field(key, 'n')));

/**
 * A security key is an ordinary key in a token that signs something more: here the token is node:crypto, which
 * needs no touch to say that it was touched.
 */
export function createSecurityKey(secret: SshSecret, application = 'ssh:'): SshSecret {
  const isEd25519 = secret.type === 'ssh-ed25519';
  const type = isEd25519 ? 'sk-ssh-ed25519@openssh.com' : 'sk-ecdsa-sha2-nistp256@openssh.com';
  const fields = isEd25519
    ? [field(secret.publicKey, 'x')]
    : [Buffer.from('nistp256'), pointOf(secret.publicKey)];
  return { ...secret, type, blob: encodeStrings(type, ...fields, application), application };
}

export const lineOf = ({ type, blob }: Pick<SshSecret, 'type' | 'blob'>, comment = '') =>
  `${type} ${blob.toString('base64')}${comment}`;

/** What stands in a signature that fits, and what may stand there instead. */
export interface Parts {
  readonly preamble?: Buffer;
  readonly blob?: Buffer;
  readonly namespace?: string;
  readonly reserved?: string;
  readonly hash?: string;
  readonly algorithm?: string;
  /** Of the signature itself; what node:crypto calls `rsa-sha2-512`'s is `sha512`. */
  readonly innerHash?: string;
  readonly raw?: (raw: Buffer) => Buffer;
  readonly inner?: (inner: Buffer) => Buffer;
  readonly flags?: number;
  readonly trailing?: Buffer;
}

/** Everything that is given is also what is signed, so that only the check in question can refuse it. */
export function signSsh(secret: SshSecret, message: Uint8Array, parts: Parts = {}): Buffer {
  const {
    preamble = Buffer.from('SSHSIG\0\0\0\x01'),
    blob = secret.blob,
    trailing = Buffer.alloc(0),
  } = parts;
  const { namespace = NAMESPACE, reserved = '', hash = 'sha512', algorithm = algorithmOf(secret) } = parts;
  const { raw: changeRaw = (raw) => raw, inner: changeInner = (inner) => inner, flags = 1 } = parts;
  const digest = createHash(hash).update(message).digest();
  const signed = Buffer.concat([preamble.subarray(0, 6), encodeStrings(namespace, reserved, hash, digest)]);
  const tail = secret.application === undefined ? Buffer.alloc(0) : Buffer.from([flags, 0, 0, 0, 7]);
  const asked =
    secret.application === undefined
      ? signed
      : Buffer.concat([sha256(secret.application), tail, sha256(signed)]);
  const raw = encodeStrings(algorithm, changeRaw(signRaw(secret, asked, parts.innerHash)));
  const inner = changeInner(Buffer.concat([raw, tail]));
  return Buffer.concat([preamble, encodeStrings(blob, namespace, reserved, hash, inner), trailing]);
}

const algorithmOf = ({ type }: SshSecret) => (type === 'ssh-rsa' ? 'rsa-sha2-512' : type);
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

function signRaw({ type, privateKey }: SshSecret, bytes: Buffer, hash = 'sha512'): Buffer {
  if (type.includes('ed25519')) return sign(null, bytes, privateKey);
  if (type === 'ssh-rsa') return sign(hash, bytes, privateKey);
  const pair = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return encodeStrings(mpintOf(pair.subarray(0, 32)), mpintOf(pair.subarray(32)));
}

export function armorOf(blob: Buffer): string {
  const base64 = blob.toString('base64').replace(/.{70}/g, '$&\n');
  return `-----BEGIN SSH SIGNATURE-----\n${base64.trimEnd()}\n-----END SSH SIGNATURE-----\n`;
}
