/** Checks who can change a file: anyone who can write the trust file can make any key a trusted one (promise 13). */
import { commandLine } from '../../core/base/command-line.js';
import { RootsweepError } from '../../errors.js';
import type { PathStep } from './traced-file.js';

const GROUP = 0o020;
const OTHERS = 0o002;
/** In a sticky folder, only the owner of the entry, the owner of the folder and root can rename or remove an entry. */
const STICKY = 0o1000;
const ROOT = 0;

/**
 * Checks that only root and the user can change the file or redirect its path.
 * @param shown the trust file's path as the user wrote it.
 * @throws RootsweepError TRUST_WRITABLE_BY_OTHERS
 */
export function checkWriters(steps: readonly PathStep[], shown: string, user: number): void {
  for (const step of steps) {
    const fault = findFault(step, user);
    if (fault === undefined) continue;
    throw new RootsweepError(
      'TRUST_WRITABLE_BY_OTHERS',
      `others can change the trust file "${shown}": the ${step.kind} "${step.path}" ${fault.says}`,
      { hint: fault.hint },
    );
  }
}

function findFault(
  { kind, path, mode, owner }: PathStep,
  user: number,
): { readonly says: string; readonly hint: string } | undefined {
  if (owner !== ROOT && owner !== user) {
    const flags = kind === 'link' ? ['-h'] : [];
    return {
      says: `belongs to user ${owner}, not to root or to you (user ${user})`,
      hint: `run as root, if nobody has changed it: ${commandLine('chown', ...flags, String(user), path)}`,
    };
  }
  // Links cannot be written to; their mode bits mean nothing.
  if (kind === 'link' || (mode & (GROUP | OTHERS)) === 0) return undefined;
  // The owner of each entry is checked separately.
  if (kind === 'folder' && (mode & STICKY) !== 0) return undefined;
  const who = (mode & OTHERS) === 0 ? 'its group' : 'everybody';
  return {
    says: `can be written by ${who} (mode ${mode.toString(8).padStart(4, '0')})`,
    hint: `run, if nobody has changed it: ${commandLine('chmod', 'go-w', path)}`,
  };
}
