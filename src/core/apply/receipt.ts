/** The receipt: the evidence in a journal of what was done, by whom, on whose word, and what was proven. */

import { ACTION_KINDS, ACTIONS, nameTarget, sortTargets } from '../action/action.js';
import { compareText } from '../action/credentials.js';
import type { PlanKind } from '../action/plan-kind.js';
import type { Signer } from '../signing/trust.js';
import type { JournalRecord, RunOperator, RunStarted } from './journal.js';
import { OUTCOME_KINDS } from './ledger.js';
import {
  type After,
  foldAccounts,
  type ReceiptAccount,
  type ReceiptOutcome,
  type ReceiptTarget,
} from './receipt-accounts.js';

/** One run of `apply`. */
export interface ReceiptRun {
  /** UUID. */
  readonly id: string;
  /** Whose key signed it, by the name that the trust file had then. */
  readonly operator: Pick<RunOperator, 'name' | 'keyid'>;
  /** ARN with which AWS was called. */
  readonly caller: string;
  readonly host: string;
  readonly pid: number;
  readonly tool: string;
  readonly started: string;
  /** What `--only` and `--exclude` named. */
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
  /** Whose signatures on the plan counted. */
  readonly signers: readonly Omit<Signer, 'until'>[];
  /** `never-ended`: killed, or its end could not be written, or it is still at work. */
  readonly end:
    | {
        readonly kind: 'ended';
        readonly at: string;
        readonly exitCode: number;
        /** Why no further account was started. */
        readonly trouble?: string;
      }
    | { readonly kind: 'never-ended' };
}

/** Which journal a receipt is of. */
export interface JournalFacts {
  /** SHA-256 of its whole lines, in hex. */
  readonly sha256: string;
  readonly lines: number;
  /** Bytes after the last whole line, which a crash tore; they are no part of the evidence. */
  readonly tornBytes: number;
}

export const OUTCOMES = [...OUTCOME_KINDS, 'never-ended'] as const satisfies readonly ReceiptOutcome[];
export const AFTERS = ['proven', 'not-proven', 'not-attempted'] as const satisfies readonly After['kind'][];

export interface ReceiptTotals {
  readonly runs: number;
  readonly accounts: Readonly<Record<(typeof OUTCOMES)[number], number>>;
  readonly targets: Readonly<Record<After['kind'], number>>;
}

export interface Receipt {
  readonly version: 1;
  /** Of the plan. */
  readonly kind: PlanKind;
  /** Why, in the words of who planned; absent of a sweep. */
  readonly reason?: string;
  readonly organization: string;
  /** UUID, and SHA-256 of the signed body. */
  readonly plan: { readonly id: string; readonly sha256: string };
  readonly policy: { readonly sha256: string };
  readonly journal: JournalFacts;
  readonly totals: ReceiptTotals;
  /** In the order in which they were started. */
  readonly runs: readonly ReceiptRun[];
  /** Every account that the journal names, by id. */
  readonly accounts: readonly ReceiptAccount[];
}

/** What a receipt for people is headed: it says what was planned, not what came of it. */
export const RECEIPT_TITLES: Readonly<Record<PlanKind, string>> = {
  sweep: 'deletion of root credentials',
  recovery: 'recovery of passwords',
  unlock: 'unlocking of buckets and queues',
};

/** @param start the first of the records, with which every run agrees (`findStart`). */
export function foldReceipt(
  start: RunStarted,
  records: readonly JournalRecord[],
  journal: JournalFacts,
): Receipt {
  const runs = foldRuns(records);
  const accounts = foldAccounts(records);
  return {
    version: 1,
    kind: start.kind,
    ...(start.reason === undefined ? {} : { reason: start.reason }),
    organization: start.organization,
    plan: { id: start.plan, sha256: start.digest },
    policy: { sha256: start.policy },
    journal,
    totals: countReceipt(runs, accounts),
    runs,
    accounts,
  };
}

function foldRuns(records: readonly JournalRecord[]): ReceiptRun[] {
  const runs: ReceiptRun[] = [];
  for (const record of records) {
    if (record.type === 'run-started') runs.push(beginRun(record));
    const last = runs.at(-1);
    if (record.type !== 'run-ended' || last === undefined || last.id !== record.run) continue;
    const { at, exitCode, trouble } = record;
    const end = { kind: 'ended', at, exitCode, ...(trouble === undefined ? {} : { trouble }) } as const;
    runs.splice(-1, 1, { ...last, end });
  }
  return runs;
}

function beginRun(start: RunStarted): ReceiptRun {
  const { run, operator, caller, host, pid, tool, at, only, exclude, signers } = start;
  return {
    id: run,
    operator: { name: operator.name, keyid: operator.keyid },
    caller,
    host,
    pid,
    tool,
    started: at,
    ...(only === undefined ? {} : { only }),
    ...(exclude === undefined ? {} : { exclude }),
    signers,
    end: { kind: 'never-ended' },
  };
}

export function countReceipt(
  runs: readonly ReceiptRun[],
  accounts: readonly ReceiptAccount[],
): ReceiptTotals {
  const targets = accounts.flatMap((account) => account.targets);
  return {
    runs: runs.length,
    accounts: countKinds(
      OUTCOMES,
      accounts.map(({ outcome }) => outcome),
    ),
    targets: countKinds(
      AFTERS,
      targets.map(({ after }) => after.kind),
    ),
  };
}

/** How many of each kind there are, with zeros. */
function countKinds<K extends string>(kinds: readonly K[], found: readonly string[]): Record<K, number> {
  return Object.fromEntries(kinds.map((kind) => [kind, found.filter((it) => it === kind).length])) as Record<
    K,
    number
  >;
}

/** What makes a receipt one that no journal yields, whoever signed it: a sentence, or undefined. */
export function findReceiptFault({ kind, totals, runs, accounts }: Receipt): string | undefined {
  if (JSON.stringify(countReceipt(runs, accounts)) !== JSON.stringify(totals)) {
    return 'the totals are not those of its runs and accounts';
  }
  const unsorted = accounts.find(({ id }, index) => compareText(accounts[index - 1]?.id ?? '', id) >= 0);
  if (unsorted !== undefined) return `account "${unsorted.id}" is out of order or listed twice`;
  for (const account of accounts) {
    const fault = findAccountFault(account, kind, runs.length);
    if (fault !== undefined) return `account "${account.id}" ${fault}`;
  }
  return undefined;
}

function findAccountFault(account: ReceiptAccount, kind: PlanKind, runs: number): string | undefined {
  const { outcome, ends, targets } = account;
  if (runsOf(account).some((run) => run < 1 || run > runs)) return 'names a run that there is not';
  const isFounded =
    outcome === 'not-started'
      ? ends.length === 0 && targets.length === 0
      : outcome === 'never-ended' || outcome === ends.at(-1)?.outcome;
  if (!isFounded) return 'has an outcome that does not follow from what was done in it';
  if (kind !== 'sweep' && ends.some(({ foundGone }) => foundGone !== undefined)) {
    return 'has an end that says that a credential was deleted, and the plan deletes none';
  }
  const names = targets.map(nameTarget);
  const sorted = sortTargets(targets).map(nameTarget);
  if (new Set(names).size < names.length || names.some((name, index) => name !== sorted[index])) {
    return 'lists a target out of order or twice';
  }
  const wrong = targets.find(
    ({ after, requests }) => after.kind === (requests.length > 0 ? 'not-attempted' : 'not-proven'),
  );
  if (wrong !== undefined) {
    return `holds ${nameTarget(wrong)}, whose end does not follow from its requests`;
  }
  const foreign = targets.find((target) => !fits(target, kind));
  return foreign && `holds ${nameTarget(foreign)} as no plan of the kind "${kind}" leaves it`;
}

/** Only plans that delete list credentials and find them absent, and only the others see what stands there. */
function fits({ kind, before, requests, after }: ReceiptTarget, plan: PlanKind): boolean {
  if (!ACTION_KINDS.some((action) => ACTIONS[action].plan === plan && ACTIONS[action].target === kind)) {
    return false;
  }
  return plan === 'sweep'
    ? [...requests, after].every((it) => !('standing' in it))
    : before === undefined && requests.every(({ answer }) => answer.kind !== 'absent');
}

/** The number of every run that something about an account is of. */
function runsOf({ ends, targets }: ReceiptAccount): number[] {
  const parts = targets.flatMap(({ before, requests, after }) => [
    ...(before === undefined ? [] : [before]),
    ...requests,
    ...(after.kind === 'proven' ? [after] : []),
  ]);
  return [...ends, ...parts].map(({ run }) => run);
}
