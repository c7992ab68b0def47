/** What a command is handed instead of reaching for the process: the one seam between rootsweep and its host. */
import type { Readable, Writable } from 'node:stream';
import type { AwsSettings } from './aws/clients.js';
import type { Clock } from './core/clock.js';
import type { JournalStorage } from './files/journal-storage.js';

export interface Context {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether a person sits at the streams: only then is anything asked or drawn. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** The width of the terminal at stderr at the moment; 0 where nobody knows. */
  readonly columns: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeFolder: string;
  readonly host: string;
  /** Whose process it is; undefined on Windows, which has no such numbers. */
  readonly userId?: number | undefined;
  readonly pid: number;
  /** Which process ids `pid` is one of, where the system has several sets of them: containers do. */
  readonly pidSpace?: string | undefined;
  /** Whether a process of this host and of the same set runs. */
  readonly isRunning: (pid: number) => boolean;
  /** Where journals are kept. */
  readonly journals: JournalStorage;
  readonly clock: Clock;
  /**
   * Acts again and again, once in so many milliseconds, until what is returned is called. It never keeps the process
   * alive.
   */
  readonly every: (milliseconds: number, act: () => void) => () => void;
  /** Told how many accounts a run is about, as far as is known by then: a host can fit its memory to it. */
  readonly expectAccounts?: (accounts: number) => void;
  /** A new UUID. */
  readonly newId: () => string;
  /** Aborted when somebody asks to stop: what runs is finished, nothing more is begun. */
  readonly stop: AbortSignal;
  /** Aborted right before the process is ended at once: the last moment to leave a clean terminal. */
  readonly halt: AbortSignal;
  /** Overrides what the SDK finds in its environment; flags override these. */
  readonly aws: AwsSettings;
}
