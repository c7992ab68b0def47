/** Signing keys on disk. */
import { stat } from 'node:fs/promises';
import type { SigningKey } from '../core/key.js';
import { RootsweepError } from '../errors.js';
import { parsePrivateKey } from '../signing/ed25519.js';
import { createPemKey } from '../signing/pem-key.js';
import { openSshKey } from './ssh-keygen.js';
import { explain, readFileText } from './text-file.js';

const ENCRYPTED = '-----BEGIN ENCRYPTED PRIVATE KEY-----';
/** What OpenSSH writes, and the line of a public key, whose private half an agent may hold. */
const OF_SSH = /^(-----BEGIN OPENSSH PRIVATE KEY-----|(sk-)?(ssh|ecdsa)-[\w@.-]+ )/;

/**
 * Opens a key that nobody but its owner can read (promise 11): PEM, or a key of SSH.
 * @param askPassphrase asked where the PEM is encrypted.
 * @throws RootsweepError KEY_PERMISSIONS, KEY_INVALID, what asking throws, or what reading the file gives.
 */
export async function openSigningKey(
  path: string,
  askPassphrase: (path: string) => Promise<string>,
): Promise<SigningKey> {
  const text = await readFileText(path, { what: 'signing key', maxBytes: 64 * 1024 });
  if (OF_SSH.test(text)) return openSshKey(path, path);
  const { mode } = await stat(path).catch((error: unknown) => {
    throw explain(error, 'FILE_UNREADABLE', `cannot read the signing key "${path}"`);
  });
  if ((mode & 0o077) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, '0');
    throw new RootsweepError(
      'KEY_PERMISSIONS',
      `the signing key "${path}" is open to others (mode ${shown})`,
      {
        hint: `run: chmod 600 ${path}`,
      },
    );
  }
  const isEncrypted = text.trimStart().startsWith(ENCRYPTED);
  const key = parsePrivateKey(text, isEncrypted ? await askPassphrase(path) : undefined);
  if (key === undefined) {
    const what = isEncrypted
      ? `the passphrase does not open "${path}", or it is no Ed25519 key`
      : `"${path}" is no Ed25519 private key in PKCS#8 PEM, and no key of SSH`;
    throw new RootsweepError('KEY_INVALID', what, { hint: 'make one with: rootsweep keygen' });
  }
  const signingKey = createPemKey(key);
  if (signingKey !== undefined) return signingKey;
  throw new RootsweepError('KEY_INVALID', 'the signing key proves nothing: anybody could sign in its name', {
    hint: 'make another with: rootsweep keygen',
  });
}
