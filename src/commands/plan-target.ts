/** Where a plan is written. */
import { RootsweepError } from '../errors.js';

/**
 * The plan takes the place of what is there, which must not be what it is made of.
 * @param sources what it is made of, by flag.
 * @throws RootsweepError USAGE
 */
export function checkOut(
  out: string,
  sources: Readonly<Record<string, string | undefined>>,
  resolve: (path: string) => string,
): void {
  for (const [flag, path] of Object.entries(sources)) {
    if (path === undefined || resolve(path) !== resolve(out)) continue;
    throw new RootsweepError('USAGE', `--out and ${flag} name the same file, "${path}"`, {
      hint: 'write the plan to a file of its own, for example: --out org.plan.yaml',
    });
  }
}
