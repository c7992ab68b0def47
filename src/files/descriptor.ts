/** What another process hands over on an open descriptor: secrets, which have no place on a command line. */
import { readFileSync } from 'node:fs';
import { RootsweepError } from '../errors.js';

/**
 * The first line that can be read from a descriptor.
 * @throws RootsweepError FILE_UNREADABLE
 */
export function readDescriptor(descriptor: number): string {
  try {
    return readFileSync(descriptor, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (cause) {
    throw new RootsweepError('FILE_UNREADABLE', `nothing can be read from file descriptor ${descriptor}`, {
      hint: `open it for rootsweep, for example: ${descriptor}< FILE`,
      cause,
    });
  }
}
