/** Which trust file the user named. */
import type { CommandWord } from '../core/base/command-line.js';

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
