/** SSH public keys: the blob that .pub files contain in base64 and every signature repeats. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { encodeSpki, parseEd25519 } from './ed25519.js';
import { parsePoint } from './p256.js';
import { parsePositive, splitStrings } from './ssh-wire.js';

export interface SshPublicKey {
  readonly family: 'ed25519' | 'p256' | 'rsa';
  /** The SSH key type, such as `ssh-ed25519`. */
  readonly type: string;
  readonly blob: Buffer;
  /** SHA-256 of the key's SPKI DER, in hex. */
  readonly keyid: string;
  readonly key: KeyObject;
  /** For a security key: its application, which is part of the signed data. */
  readonly application?: Buffer;
}

/** Parses the fields after the type name. */
type Parser = (fields: readonly Buffer[]) => Omit<SshPublicKey, 'type' | 'blob'> | undefined;

const NO_BYTES = Buffer.alloc(0);
const CURVE = Buffer.from('nistp256');
const RSA_BITS = { least: 2048, most: 8192 } as const;
/**
 * A smaller exponent makes forgery easier for verifiers that check padding carelessly; a larger one only costs time.
 */
const RSA_EXPONENT = { least: 65537n, most: 2n ** 32n - 1n } as const;

/** Number of fields and parser, by key type. */
const PARSERS: ReadonlyMap<string, readonly [count: number, parse: Parser]> = new Map([
  ['ssh-ed25519', [1, parseEd25519Fields]],
  ['ecdsa-sha2-nistp256', [2, parseP256Fields]],
  ['ssh-rsa', [2, parseRsaFields]],
  ['sk-ssh-ed25519@openssh.com', [2, ofSecurityKey(parseEd25519Fields)]],
  ['sk-ecdsa-sha2-nistp256@openssh.com', [3, ofSecurityKey(parseP256Fields)]],
]);

/** Returns undefined for an unsupported or weak key, and for bytes that `ssh-keygen` would not write. */
export function parseSshBlob(blob: Buffer): SshPublicKey | undefined {
  const [name, ...fields] = splitStrings(blob) ?? [];
  const type = name?.toString('latin1') ?? '';
  const [count, parse] = PARSERS.get(type) ?? [];
  const parsed = fields.length === count ? parse?.(fields) : undefined;
  return parsed && { ...parsed, type, blob };
}

function parseEd25519Fields([point = NO_BYTES]: readonly Buffer[]): ReturnType<Parser> {
  const parsed = parseEd25519(encodeSpki(point).toString('base64'));
  return parsed && { ...parsed, family: 'ed25519' };
}

function parseP256Fields([curve = NO_BYTES, point = NO_BYTES]: readonly Buffer[]): ReturnType<Parser> {
  const parsed = curve.equals(CURVE) ? parsePoint(point) : undefined;
  return parsed && { ...parsed, family: 'p256' };
}

function ofSecurityKey(parse: Parser): Parser {
  return (fields) => {
    const parsed = parse(fields.slice(0, -1));
    return parsed && { ...parsed, application: fields.at(-1) ?? NO_BYTES };
  };
}

function parseRsaFields([exponent = NO_BYTES, modulus = NO_BYTES]: readonly Buffer[]): ReturnType<Parser> {
  const [e, n] = [parsePositive(exponent), parsePositive(modulus)];
  if (e === undefined || n === undefined || !isOdd(e) || !isOdd(n) || n.length > RSA_BITS.most / 8) {
    return undefined;
  }
  const bits = n.length * 8 - (Math.clz32(n[0] ?? 0) - 24);
  const value = BigInt(`0x${e.toString('hex')}`);
  if (bits < RSA_BITS.least || value < RSA_EXPONENT.least || value > RSA_EXPONENT.most) return undefined;
  const jwk = { kty: 'RSA', e: e.toString('base64url'), n: n.toString('base64url') };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const der = key.export({ format: 'der', type: 'spki' });
  return { family: 'rsa', key, keyid: createHash('sha256').update(der).digest('hex') };
}

function isOdd(magnitude: Buffer): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 1;
}
