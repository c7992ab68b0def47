/** Public keys in the formats of a trust file. */
import type { PublicKey } from '../core/signing/key.js';
import { parseEd25519, verifyEd25519 } from './ed25519.js';
import { parseSpki as parseP256, verifyP256 } from './p256.js';
import { parseSshBlob } from './ssh-public-key.js';
import { verifySshSignature } from './ssh-signature.js';

/** The content of an OpenSSH .pub file: type, blob, and an optional comment. */
const SSH_LINE = /^(?<type>[\w@.-]+) (?<blob>[A-Za-z0-9+/]+={0,2})(?: [^\p{Cc}\p{Zl}\p{Zp}]*)?$/u;

/**
 * Parses base64 SPKI DER (Ed25519 or P-256), or the line of an SSH public key. A key has exactly one spelling in each
 * format, and the same keyid in both.
 * @returns undefined for anything else, and for a weak key. Never throws.
 */
export function parsePublicKey(text: string): PublicKey | undefined {
  const line = SSH_LINE.exec(text)?.groups;
  return line === undefined ? parseSpki(text) : parseSshLine(line.type, line.blob);
}

function parseSpki(text: string): PublicKey | undefined {
  const der = decodeCanonical(text);
  if (der === undefined) return undefined;
  const ed25519 = parseEd25519(text);
  if (ed25519 !== undefined) {
    const { keyid, key } = ed25519;
    const verify: PublicKey['verify'] = (message, signature) =>
      verifyEd25519(message, signature.toString('base64'), key);
    return { keyid, text, algorithm: 'ed25519', verify };
  }
  const p256 = parseP256(der);
  if (p256 === undefined) return undefined;
  const verify: PublicKey['verify'] = (message, signature) => verifyP256(message, signature, p256.key, 'der');
  return { keyid: p256.keyid, text, algorithm: 'ecdsa-p256-sha256', verify };
}

function parseSshLine(type = '', base64 = ''): PublicKey | undefined {
  const blob = decodeCanonical(base64);
  const parsed = blob && parseSshBlob(blob);
  if (parsed?.type !== type) return undefined;
  return {
    keyid: parsed.keyid,
    text: `${type} ${base64}`,
    algorithm: 'sshsig',
    verify: (message, signature, namespace) => verifySshSignature(message, signature, namespace, parsed),
  };
}

function decodeCanonical(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}
