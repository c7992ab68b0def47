/** The flags of every command that reads a trust file. */
import { Option } from 'clipanion';
import type { CommandWord } from '../core/base/command-line.js';
import { RootsweepError } from '../errors.js';
import type { RootsweepCommand } from './command.js';

export interface TrustFlags {
  readonly trust: string | undefined;
  readonly confirmTrust: string | undefined;
}

/** The flags once more, for a command that is printed. */
export function trustWords({ trust, confirmTrust }: TrustFlags): readonly CommandWord[] {
  return [
    ['--trust', trust],
    ['--confirm-trust', confirmTrust],
  ];
}

export const TRUST_FILE = 'The trust file; else ROOTSWEEP_TRUST, else the one in the configuration folder';

// biome-ignore lint/suspicious/noExplicitAny: TypeScript demands this constructor of a class that is mixed in
type CommandBase = abstract new (...args: any[]) => RootsweepCommand;

/** A command with `--trust` and what belongs to it. */
export function withTrust<Base extends CommandBase>(base: Base, description = TRUST_FILE) {
  abstract class WithTrust extends base {
    trust = Option.String('--trust', { description });
    confirmTrust = Option.String('--confirm-trust', {
      description:
        'SHA-256 of a --trust file that lies in a repository: you have read it, and trust it as it is',
    });

    /** @throws RootsweepError USAGE where a trust file is confirmed that is not to be read. */
    protected get trustIfNamed(): TrustFlags | undefined {
      if (this.trust !== undefined) return this;
      if (this.confirmTrust === undefined) return undefined;
      throw new RootsweepError(
        'USAGE',
        '--confirm-trust confirms the file of --trust, and there is no --trust',
        {
          hint: 'pass --trust FILE, too',
        },
      );
    }
  }
  return WithTrust;
}
