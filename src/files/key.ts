/** Signing keys on disk. */
import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { RootsweepError } from '../errors.js';
import { parsePrivateKey } from '../signing/ed25519.js';
import { explain, readFileText } from './text-file.js';

/**
 * Reads a private key that nobody but its owner can read (promise 11).
 * @throws RootsweepError KEY_PERMISSIONS, KEY_INVALID, or what reading the file gives.
 */
export async function readSigningKey(path: string): Promise<KeyObject> {
  const text = await readFileText(path, {
    what: 'signing key',
    maxBytes: 64 * 1024,
  });
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
  const key = parsePrivateKey(text);
  if (key === undefined) {
    throw new RootsweepError('KEY_INVALID', `"${path}" is no Ed25519 private key in PKCS#8 PEM`, {
      hint: 'make one with: rootsweep keygen',
    });
  }
  return key;
}
