/** What plans that delete and plans of remedies have each of their own, for `apply`. */
import type { Aws } from '../aws/open.js';
import type { OrganizationChanges } from '../core/organization-check.js';
import type { Redact } from '../core/redact.js';
import type { Line } from '../views/lines.js';
import type { ProgressEvent } from '../views/progress-state.js';
import type { ScopeFacts } from '../views/scope-text.js';
import type { ApplyOptions } from '../workflows/apply.js';
import type { OrganizationReader, RootFeature } from '../workflows/ports.js';
import type { RecheckOptions } from '../workflows/recheck.js';
import type { PlanPaths } from './inputs.js';

/** What the command hands to either. */
export interface WorkSettings
  extends Pick<ApplyOptions, 'clock' | 'journal' | 'run' | 'checkStillGood' | 'concurrency' | 'stop'> {
  readonly aws: Aws;
  /** Of the organization. */
  readonly partition: string;
  /** How far AWS's clock is ahead of this machine's, in ms. */
  readonly clockOffset: number;
  readonly files: PlanPaths;
  /** As it is shown. */
  readonly journalPath: string;
  readonly onEvent: (event: ProgressEvent, lines: readonly Line[]) => void;
  /** What `--redact` does to what is shown; nothing that is shown is used for anything else. */
  readonly mask: Redact;
}

export interface Work {
  /** What its root sessions need. */
  readonly feature: RootFeature;
  /** Accounts in which the plan does something. */
  readonly accounts: ReadonlySet<string>;
  /** How many of them `--only` and `--exclude` leave. */
  readonly count: number;
  /** Whether it is refused once a newer plan was applied. */
  readonly isSuperseded: boolean;
  /** @throws RootsweepError where the plan may not be applied at this time. */
  readonly checkTimes: (now: Date) => void;
  /**
   * Reads the organization again, where the plan is about all of it.
   * @returns what has changed since the plan, for people.
   * @throws RootsweepError where the plan leaves out what would stop it.
   */
  readonly recheck?: (reader: OrganizationReader, options: RecheckOptions) => Promise<OrganizationChanges>;
  readonly renderScope: (facts: ScopeFacts, mask: Redact) => Line[];
  readonly words: WorkWords;
  /** The command that plans anew what drifted. */
  readonly planAgain: (files: PlanPaths, drifted: readonly string[]) => string;
  readonly carryOut: (settings: WorkSettings) => Promise<WorkDone>;
}

export interface WorkWords {
  /** Of an account that a flag names and the plan does not. */
  readonly stranger: string;
  /** Where no account is left. */
  readonly nothing: string;
  readonly question: string;
  /** Why `apply` asks. */
  readonly why: string;
  /** What any other answer leaves. */
  readonly unchanged: string;
}

/** The ledger, and how people are told of it. */
export interface WorkDone {
  readonly ledger: {
    readonly exitCode: number;
    readonly lines: readonly { readonly account: string; readonly outcome: { readonly kind: string } }[];
  };
  readonly lines: readonly Line[];
}
