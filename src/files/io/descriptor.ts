/** Reads secrets from an open file descriptor, because they must not be on a command line. */
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { RootsweepError } from '../../errors.js';
import { type ByteSource, readWithin } from './text-file.js';

/** OpenSSH and OpenSSL accept passphrases of at most 1 KiB. Bytes after the first line are read too. */
const LIMITS = { what: 'passphrase', maxBytes: 2 ** 16 } as const;

/**
 * Reads the first line from a descriptor.
 * @throws RootsweepError FILE_UNREADABLE, FILE_TOO_LARGE.
 */
export async function readDescriptor(descriptor: number): Promise<string> {
  const source: ByteSource = {
    read: (buffer, offset, length) => promisify(read)(descriptor, buffer, offset, length, null),
  };
  try {
    const bytes = await readWithin(source, 0, `on file descriptor ${descriptor}`, LIMITS);
    return bytes.toString().split(/\r?\n/, 1)[0] ?? '';
  } catch (cause) {
    if (cause instanceof RootsweepError) throw cause;
    throw new RootsweepError('FILE_UNREADABLE', `nothing can be read from file descriptor ${descriptor}`, {
      hint: `open it for rootsweep, for example: ${descriptor}< FILE`,
      cause,
    });
  }
}
