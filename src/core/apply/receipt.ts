/** The receipt: what a journal proves about the runs of a plan, its signers and its results. */
import { ACTION_KINDS, ACTIONS, nameTarget, sortTargets } from '../action/action.js';
import { compareText } from '../action/credentials.js';
import type { PlanKind } from '../action/plan-kind.js';
import { defined } from '../base/defined.js';
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
  /** The signer of the run, with the name in the trust file at that time. */
  readonly operator: Pick<RunOperator, 'name' | 'keyid'>;
  /** ARN of the caller. */
  readonly caller: string;
  readonly host: string;
  readonly pid: number;
  readonly tool: string;
  readonly started: string;
  /** The values of `--only` and `--exclude`. */
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
  /** The signers whose signatures on the plan counted. */
  readonly signers: readonly Omit<Signer, 'until'>[];
  /** `never-ended`: killed, still running, or its end could not be written. */
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

/** The journal of a receipt. */
export interface JournalFacts {
  /** SHA-256 of its whole lines, in hex. */
  readonly sha256: string;
  readonly lines: number;
  /** Bytes after the last whole line, left by a crash; they are not part of the evidence. */
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
  /** The kind of the plan. */
  readonly kind: PlanKind;
  /** The planner's reason; absent for a sweep. */
  readonly reason?: string;
  readonly organization: string;
  /** UUID, and SHA-256 of the signed body. */
  readonly plan: { readonly id: string; readonly sha256: string };
  readonly policy: { readonly sha256: string };
  readonly journal: JournalFacts;
  readonly totals: ReceiptTotals;
  /** In starting order. */
  readonly runs: readonly ReceiptRun[];
  /** Every account that the journal names, by id. */
  readonly accounts: readonly ReceiptAccount[];
}

/** The titles of receipts: what was planned, not the result. */
export const RECEIPT_TITLES: Readonly<Record<PlanKind, string>> = {
  sweep: 'deletion of root credentials',
  recovery: 'recovery of passwords',
  unlock: 'unlocking of buckets and queues',
};

/** @param start the first record, which all runs match (`findStart`). */
export function foldReceipt(
  start: RunStarted,
  records: readonly JournalRecord[],
  journal: JournalFacts,
): Receipt {
  const runs = foldRuns(records);
  const accounts = foldAccounts(records);
  return defined({
    version: 1,
    kind: start.kind,
    reason: start.reason,
    organization: start.organization,
    plan: { id: start.plan, sha256: start.digest },
    policy: { sha256: start.policy },
    journal,
    totals: countReceipt(runs, accounts),
    runs,
    accounts,
  });
}

function foldRuns(records: readonly JournalRecord[]): ReceiptRun[] {
  const runs: ReceiptRun[] = [];
  for (const record of records) {
    if (record.type === 'run-started') runs.push(startReceiptRun(record));
    const last = runs.at(-1);
    if (record.type !== 'run-ended' || last === undefined || last.id !== record.run) continue;
    const { at, exitCode, trouble } = record;
    runs.splice(-1, 1, { ...last, end: defined({ kind: 'ended', at, exitCode, trouble }) });
  }
  return runs;
}

function startReceiptRun(start: RunStarted): ReceiptRun {
  const { run, operator, caller, host, pid, tool, at, only, exclude, signers } = start;
  return defined({
    id: run,
    operator: { name: operator.name, keyid: operator.keyid },
    caller,
    host,
    pid,
    tool,
    started: at,
    only,
    exclude,
    signers,
    end: { kind: 'never-ended' },
  });
}

export function countReceipt(
  runs: readonly ReceiptRun[],
  accounts: readonly ReceiptAccount[],
): ReceiptTotals {
  const outcomes = accounts.map(({ outcome }) => outcome);
  const afters = accounts.flatMap(({ targets }) => targets.map(({ after }) => after.kind));
  return {
    runs: runs.length,
    accounts: countKinds(OUTCOMES, outcomes),
    targets: countKinds(AFTERS, afters),
  };
}

/** Zeros included. */
function countKinds<K extends string>(kinds: readonly K[], found: readonly string[]): Record<K, number> {
  const counts = kinds.map((kind) => [kind, found.filter((it) => it === kind).length]);
  return Object.fromEntries(counts) as Record<K, number>;
}

/** Why no journal yields such a receipt, whoever signed it: a sentence, or undefined. */
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

/** Only sweeps list credentials and find them absent, and only the other kinds record a standing. */
function fits({ kind, before, requests, after }: ReceiptTarget, plan: PlanKind): boolean {
  if (!ACTION_KINDS.some((action) => ACTIONS[action].plan === plan && ACTIONS[action].target === kind)) {
    return false;
  }
  return plan === 'sweep'
    ? [...requests, after].every((it) => !('standing' in it))
    : before === undefined && requests.every(({ answer }) => answer.kind !== 'absent');
}

/** The number of every run that an account refers to. */
function runsOf({ ends, targets }: ReceiptAccount): number[] {
  const parts = targets.flatMap(({ before = [], requests, after }) =>
    [before, requests, after.kind === 'proven' ? after : []].flat(),
  );
  return [...ends, ...parts].map(({ run }) => run);
}
