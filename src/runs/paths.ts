/** Paths as the user typed them. */
import { resolve } from 'node:path';
import type { Context } from '../context.js';
import { RootsweepError } from '../errors.js';

/**
 * A path relative to the folder in which the command runs.
 * @throws RootsweepError USAGE for an empty one, which would stand for that folder.
 */
export function resolvePath(path: string, { cwd }: Pick<Context, 'cwd'>): string {
  if (path !== '') return resolve(cwd, path);
  throw new RootsweepError('USAGE', 'the name of a file is empty', {
    hint: 'is a variable of the command line not set?',
  });
}
