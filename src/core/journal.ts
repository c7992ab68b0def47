/**
 * What `apply` writes down while it works (promise 7): one record a line, each intent before its deletion. A
 * record carries the hash of the line before it, so that an earlier line cannot be changed unnoticed.
 */
import { createHash } from 'node:crypto';
import { RootsweepError } from '../errors.js';
import type { CredentialName } from './credentials.js';
import { nameCredential } from './credentials.js';

interface AboutCredential extends CredentialName {
  readonly at: string;
  readonly account: string;
}

export type JournalRecord =
  | {
      readonly type: 'run-started';
      readonly at: string;
      /** UUID of this run of `apply`. */
      readonly run: string;
      /** Id and digest of the plan. */
      readonly plan: string;
      readonly digest: string;
      /** ARN of the operator. */
      readonly caller: string;
      readonly tool: string;
      readonly host: string;
      readonly pid: number;
      /** Accounts that this run was told to work on, where it was narrowed. */
      readonly accounts?: readonly string[];
    }
  /** `session` is the access key id of the root session, which joins CloudTrail's logs; it is no secret. */
  | ({
      readonly type: 'deletion-intended';
      readonly session: string;
    } & AboutCredential)
  | ({
      readonly type: 'deletion-answered';
      readonly answer: 'deleted' | 'absent';
      readonly requestId: string;
    } & AboutCredential)
  | ({
      readonly type: 'deletion-failed';
      readonly message: string;
    } & AboutCredential)
  /** The credential was looked for after its deletion, and is gone (promise 8). */
  | ({
      readonly type: 'deletion-proven';
      readonly requestId: string;
    } & AboutCredential)
  | {
      readonly type: 'account-ended';
      readonly at: string;
      readonly account: string;
      readonly outcome: string;
    }
  | {
      readonly type: 'run-ended';
      readonly at: string;
      readonly run: string;
      readonly exitCode: number;
    };

/** What earlier runs of a plan did, per account. */
export interface JournalState {
  /** Names of the credentials that a run went to delete, whatever came of it. */
  readonly intended: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names of the credentials that were proven gone. */
  readonly proven: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The line for a record that follows `previous` (a whole line, or the plan's digest at the start). */
export function encodeRecord(record: JournalRecord, previous: string): string {
  return JSON.stringify({ ...record, previous: hashLine(previous) });
}

/**
 * Reads a journal's whole lines back.
 * @returns the records, and the last line, which the next record's hash covers.
 * @throws RootsweepError JOURNAL_INVALID where a line was changed, or the journal is another plan's.
 */
export function decodeJournal(
  wholeLines: string,
  digest: string,
  fileName: string,
): { readonly records: readonly JournalRecord[]; readonly last: string } {
  let last = digest;
  const lines = wholeLines.split('\n').slice(0, -1);
  const records = lines.map((line, index) => {
    const record = parseLine(line);
    if (record === undefined || record.previous !== hashLine(last)) {
      const what =
        index === 0 ? 'belongs to another plan, or was changed' : 'was changed after it was written';
      throw new RootsweepError('JOURNAL_INVALID', `${fileName}:${index + 1}:1: the journal ${what}`, {
        hint: "restore the journal that this plan's apply wrote; without it nobody knows what was deleted",
      });
    }
    last = line;
    return record;
  });
  return { records, last };
}

export function foldJournal(records: readonly JournalRecord[]): JournalState {
  const intended = new Map<string, Set<string>>();
  const proven = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, record: AboutCredential) => {
    const names = to.get(record.account) ?? new Set();
    to.set(record.account, names.add(nameCredential(record)));
  };
  for (const record of records) {
    if (record.type === 'deletion-intended') add(intended, record);
    if (record.type === 'deletion-proven') add(proven, record);
  }
  return { intended, proven };
}

function parseLine(line: string): (JournalRecord & { readonly previous: string }) | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'type' in value && 'previous' in value
      ? (value as JournalRecord & { previous: string })
      : undefined;
  } catch {
    return undefined;
  }
}

function hashLine(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
