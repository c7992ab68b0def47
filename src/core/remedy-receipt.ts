/** The receipt of a plan of remedies: the evidence in its journal of what was done, and of what stood there before. */
import { ACTIONS, type PlanKind } from './action.js';
import { compareText } from './credentials.js';
import {
  type AboutAction,
  type ActionRecord,
  isActionRecord,
  type JournalRecord,
  type RunStarted,
} from './journal.js';
import type { AccountOutcome } from './ledger.js';
import { countKinds, foldRuns, type JournalFacts, type Receipt, type ReceiptRun } from './receipt.js';
import { type Answer, type End, foldEnd } from './receipt-accounts.js';
import { unreachable } from './unreachable.js';

/** One request to carry a remedy out. Intent and session are absent where the journal holds an answer only. */
export interface RemedyRequest {
  readonly run: number;
  readonly intended?: string;
  /** The access key id of the root session, which joins CloudTrail's logs. */
  readonly session?: string;
  /** What stood there right before: a policy; absent where there was nothing. */
  readonly before?: string;
  readonly answer: Answer;
}

/** As what a deletion leaves (`After`), with what stood there then: the date of a password, or a policy. */
export type RemedyAfter =
  | {
      readonly kind: 'proven';
      readonly run: number;
      readonly at: string;
      readonly requestId: string;
      readonly created?: string;
      readonly policy?: string;
    }
  | { readonly kind: 'not-proven' }
  | { readonly kind: 'not-attempted' };

/** An account that was not begun stands in no journal of remedies. */
export type RemedyReceiptOutcome = Exclude<AccountOutcome['kind'], 'not-started'> | 'never-ended';

export interface RemedyReceiptAccount {
  readonly id: string;
  /** As the plan has it. Absent where no run came to its end. */
  readonly name?: string;
  readonly outcome: RemedyReceiptOutcome;
  /** How each run that came to its end left the account. */
  readonly ends: readonly End[];
  /** The bucket or the queue; absent of a password, and where no run went to do anything. */
  readonly place?: { readonly name: string; readonly region: string };
  readonly requests: readonly RemedyRequest[];
  readonly after: RemedyAfter;
}

export const REMEDY_OUTCOMES = [
  'done',
  'done-earlier',
  'drifted',
  'unknown',
  'failed',
  'never-ended',
] as const satisfies readonly RemedyReceiptOutcome[];
export const REMEDY_AFTERS = [
  'proven',
  'not-proven',
  'not-attempted',
] as const satisfies readonly RemedyAfter['kind'][];

export interface RemedyReceipt {
  readonly version: 1;
  readonly remedy: Exclude<PlanKind, 'sweep'>;
  /** Why, in the words of who planned. */
  readonly reason: string;
  readonly organization: string;
  /** UUID, and SHA-256 of the signed body. */
  readonly plan: { readonly id: string; readonly sha256: string };
  readonly policy: { readonly sha256: string };
  readonly journal: JournalFacts;
  readonly totals: {
    readonly runs: number;
    readonly accounts: Readonly<Record<RemedyReceiptOutcome, number>>;
    readonly remedies: Readonly<Record<RemedyAfter['kind'], number>>;
  };
  /** In the order in which they were started. */
  readonly runs: readonly ReceiptRun[];
  /** Every account that the journal names, by id. */
  readonly accounts: readonly RemedyReceiptAccount[];
}

/** Of a plan of either kind; told apart by `'remedy' in receipt`. */
export type AnyReceipt = Receipt | RemedyReceipt;

/** The start of a run of a plan of remedies. */
export type RemedyRunStarted = RunStarted & {
  readonly kind: Exclude<PlanKind, 'sweep'>;
  readonly reason: string;
};

export function isOfRemedies(start: RunStarted): start is RemedyRunStarted {
  return start.kind !== 'sweep' && start.reason !== undefined;
}

/** @param start the first of the records, with which every run agrees (`findStart`). */
export function foldRemedyReceipt(
  start: RemedyRunStarted,
  records: readonly JournalRecord[],
  journal: JournalFacts,
): RemedyReceipt {
  const runs = foldRuns(records);
  const accounts = foldRemedies(records);
  return {
    version: 1,
    remedy: start.kind,
    reason: start.reason,
    organization: start.organization,
    plan: { id: start.plan, sha256: start.digest },
    policy: { sha256: start.policy },
    journal,
    totals: countRemedies(runs, accounts),
    runs,
    accounts,
  };
}

interface Draft {
  name?: string;
  /** Something was done in it after its last end. */
  open: boolean;
  readonly ends: End[];
  place?: { readonly name: string; readonly region: string };
  readonly requests: RemedyRequest[];
  proven?: Extract<RemedyAfter, { kind: 'proven' }> | undefined;
}

/** Nothing is concluded that no record says: done is only what a look said after the last intent. */
function foldRemedies(records: readonly JournalRecord[]): RemedyReceiptAccount[] {
  const drafts = new Map<string, Draft>();
  const draftOf = (account: string) => {
    const draft = drafts.get(account) ?? { open: false, ends: [], requests: [] };
    drafts.set(account, draft);
    return draft;
  };
  let run = 0;
  for (const record of records) {
    if (record.type === 'run-started') run += 1;
    else if (record.type === 'account-ended') {
      const draft = draftOf(record.account);
      draft.open = false;
      draft.name = record.name;
      draft.ends.push(foldEnd(record, run));
    } else if (isActionRecord(record)) noteRemedy(draftOf(record.account), record, run);
  }
  return [...drafts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, { name, open, ends, place, requests, proven }]) => ({
      id,
      ...(name === undefined ? {} : { name }),
      // An end of another kind fits no schema, and so never becomes a receipt.
      outcome: open ? 'never-ended' : ((ends.at(-1)?.outcome ?? 'never-ended') as RemedyReceiptOutcome),
      ends,
      ...(place === undefined ? {} : { place }),
      requests,
      after: proven ?? { kind: requests.length > 0 ? 'not-proven' : 'not-attempted' },
    }));
}

function noteRemedy(draft: Draft, record: ActionRecord, run: number): void {
  const { at } = record;
  draft.open = true;
  const place = placeOf(record);
  if (place !== undefined) draft.place = place;
  switch (record.type) {
    case 'action-intended': {
      const { session, standing } = record;
      const before = standing === undefined ? {} : { before: standing };
      draft.requests.push({ run, intended: at, session, ...before, answer: { kind: 'none' } });
      draft.proven = undefined;
      return;
    }
    case 'action-answered':
      noteAnswer(draft, run, { kind: record.answer, at, requestId: record.requestId });
      return;
    case 'action-failed': {
      const kind = record.effect === 'none' ? 'refused' : 'unclear';
      const { requestId, message } = record;
      noteAnswer(draft, run, { kind, at, ...(requestId === undefined ? {} : { requestId }), message });
      return;
    }
    case 'action-proven': {
      const { requestId, kind, standing } = record;
      const as = ACTIONS[kind].target === 'password' ? 'created' : 'policy';
      const seen = standing === undefined ? {} : { [as]: standing };
      draft.proven = { kind: 'proven', run, at, requestId, ...seen };
      return;
    }
    default:
      unreachable(record);
  }
}

function placeOf({ name, region }: AboutAction): Draft['place'] {
  return name === undefined || region === undefined ? undefined : { name, region };
}

/** Answers the last intent of the same run, if that has no answer yet. */
function noteAnswer({ requests }: Draft, run: number, answer: Answer): void {
  const last = requests.at(-1);
  if (last?.answer.kind === 'none' && last.run === run) requests.splice(-1, 1, { ...last, answer });
  else requests.push({ run, answer });
}

export function countRemedies(
  runs: readonly ReceiptRun[],
  accounts: readonly RemedyReceiptAccount[],
): RemedyReceipt['totals'] {
  return {
    runs: runs.length,
    accounts: countKinds(
      REMEDY_OUTCOMES,
      accounts.map(({ outcome }) => outcome),
    ),
    remedies: countKinds(
      REMEDY_AFTERS,
      accounts.map(({ after }) => after.kind),
    ),
  };
}

/** What makes a receipt one that no journal yields, whoever signed it: a sentence, or undefined. */
export function findRemedyReceiptFault({ totals, runs, accounts }: RemedyReceipt): string | undefined {
  if (JSON.stringify(countRemedies(runs, accounts)) !== JSON.stringify(totals)) {
    return 'the totals are not those of its runs and accounts';
  }
  const unsorted = accounts.find(({ id }, index) => compareText(accounts[index - 1]?.id ?? '', id) >= 0);
  if (unsorted !== undefined) return `account "${unsorted.id}" is out of order or listed twice`;
  for (const { id, outcome, ends, requests, after } of accounts) {
    const parts = [...ends, ...requests, ...(after.kind === 'proven' ? [after] : [])];
    if (parts.some(({ run }) => run < 1 || run > runs.length)) {
      return `account "${id}" names a run that there is not`;
    }
    if (outcome !== 'never-ended' && outcome !== ends.at(-1)?.outcome) {
      return `account "${id}" has an outcome that does not follow from what was done in it`;
    }
    if (after.kind === (requests.length > 0 ? 'not-attempted' : 'not-proven')) {
      return `account "${id}" has an end that does not follow from what was asked`;
    }
  }
  return undefined;
}
