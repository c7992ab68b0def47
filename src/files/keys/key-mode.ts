/** Promise 11: rejects a private key that other users can read. */

import { stat } from 'node:fs/promises';
import { commandLine } from '../../core/base/command-line.js';
import { RootsweepError } from '../../errors.js';
import { explain } from '../io/text-file.js';

/** @throws RootsweepError KEY_PERMISSIONS, FILE_UNREADABLE */
export async function requireOwnerOnly(path: string, shown: string): Promise<void> {
  const { mode } = await stat(path).catch((error: unknown) => {
    throw explain(error, 'FILE_UNREADABLE', `cannot read the signing key "${shown}"`);
  });
  if ((mode & 0o077) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  throw new RootsweepError(
    'KEY_PERMISSIONS',
    `the signing key "${shown}" is open to others (mode ${octal})`,
    {
      hint: `run: ${commandLine('chmod', '600', { file: shown })}`,
    },
  );
}
