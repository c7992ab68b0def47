/** What a command receives instead of using the process directly: the interface between rootsweep and its host. */
import type { Readable, Writable } from 'node:stream';
import type { AwsSettings } from './aws/settings.js';
import type { Clock } from './core/base/clock.js';
import type { JournalStorage } from './files/journal/journal-storage.js';

export interface Context {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether each stream is a terminal. Only then does rootsweep prompt or draw. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** The current width of the terminal at stderr; 0 if unknown. */
  readonly columns: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeFolder: string;
  readonly host: string;
  /** Undefined on Windows, which has no numeric user ids. */
  readonly userId?: number | undefined;
  readonly pid: number;
  /** The PID namespace of `pid`, if the system has several, as with containers. */
  readonly pidSpace?: string | undefined;
  /** Whether a process on this host and in the same namespace is running. */
  readonly isRunning: (pid: number) => boolean;
  /** Where journals are stored. */
  readonly journals: JournalStorage;
  readonly clock: Clock;
  /** Calls `act` at this interval until the returned function is called. Does not keep the process alive. */
  readonly every: (milliseconds: number, act: () => void) => () => void;
  /** Called with the number of accounts known so far, so that a host can adjust its memory. */
  readonly expectAccounts?: (accounts: number) => void;
  /** A new UUID. */
  readonly newId: () => string;
  /** Aborted on a request to stop: finish work in progress and start nothing new. */
  readonly stop: AbortSignal;
  /** Aborted right before the process is killed: the last chance to clean up the terminal. */
  readonly halt: AbortSignal;
  /** Overrides the SDK's environment; flags override these settings. */
  readonly aws: AwsSettings;
}
