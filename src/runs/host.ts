/** What a run needs of the command that starts it. A run reads no command line and writes to no stream of its own. */
import type { Aws } from '../aws/open.js';
import type { AwsSettings } from '../aws/settings.js';
import type { Context } from '../context.js';
import type { Redact } from '../core/cli/redact.js';
import type { Line } from '../views/format/lines.js';
import type { Progress } from './progress.js';

/** Lines, coloured on a terminal, or a document as it is. */
export type Content = readonly Line[] | string | Buffer;

/**
 * A row of the formats of a command. It imports its view itself: the rows are loaded before it is known which one is
 * wanted.
 */
export type Render<Shown> = (shown: Shown) => Content | Promise<Content>;

export interface Host {
  readonly context: Context;
  /** `--json`, or a format that is JSON: objects for programs in place of lines for people. */
  readonly json: boolean;
  readonly quiet: boolean;
  /** How far the run has come: on stderr, and nothing of it with `--quiet`. */
  readonly progress: Progress;
  /** What `--redact` does to all that is shown, errors included. Nothing until a run replaces it. */
  mask: Redact;
  /** Further members of the JSON object of an error. */
  errorFacts: object;
  /** A path relative to the folder in which the command runs. @throws RootsweepError USAGE for an empty one. */
  readonly resolvePath: (path: string) => string;
  /** Results: on stdout. */
  print(content: Content): void;
  /** Results: on stdout, for programs. */
  printJson(type: string, value: object): void;
  /** Everything else: on stderr. */
  tell(lines: readonly Line[]): void;
  /** The last line for people: what to do next, best a command to copy. */
  tellNext(step: string): void;
}

/** Of a run that calls AWS. */
export interface AwsHost extends Host {
  /** @throws RootsweepError USAGE where flags cannot be understood. */
  readonly awsSettings: AwsSettings;
  /**
   * Opens AWS with the settings of the flags for as long as `use` runs. The clients are loaded here, because loading them
   * takes as long as starting Node, and a command line that is refused does not need them.
   * @param namesGoodFor how long names of organizational units are cached, in ms; forever if absent.
   */
  useAws<Result>(use: (aws: Aws) => Promise<Result>, namesGoodFor?: number): Promise<Result>;
}

/** Of a run that works on many accounts. */
export interface AccountsHost extends AwsHost {
  /** The most accounts at the same time. @throws RootsweepError USAGE */
  readonly parallel: number;
}
