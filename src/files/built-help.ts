/** What `rootsweep --help` prints, written when rootsweep was built: putting it together takes as long as starting Node. */
import { readFileSync } from 'node:fs';

/** Undefined where rootsweep was built without it. */
export function readBuiltHelp(): string | undefined {
  try {
    return readFileSync(new URL(import.meta.resolve('#dist/help.txt')), 'utf8');
  } catch {
    return undefined;
  }
}
