/** Whole numbers of the command line. */
import { RootsweepError } from '../errors.js';

/** @throws RootsweepError USAGE */
export function parseInteger(flag: string, text: string, least: number, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new RootsweepError('USAGE', `${flag} takes a whole number from ${least} to ${most}, not "${text}"`, {
    hint: `for example: ${flag} ${Math.min(most, Math.max(least, 20))}`,
  });
}
