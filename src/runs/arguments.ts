/** Paths and whole numbers of the command line. */
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

/** @throws RootsweepError USAGE */
export function parseInteger(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new RootsweepError('USAGE', `${flag} takes a whole number from ${least} to ${most}, not "${text}"`, {
    hint: `for example: ${flag} ${Math.min(most, Math.max(least, 20))}`,
  });
}
