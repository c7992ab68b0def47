/** The flags of every command that reads a trust file. */
import { Option } from 'clipanion';
import type { RootsweepCommand } from './command.js';

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
  }
  return WithTrust;
}
