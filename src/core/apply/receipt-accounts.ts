/**
 * Folds a journal into accounts and targets. Nothing is concluded without a record: a target is proven only by a read after
 * the last request and after the last listing that held it.
 */
import { nameOnly, nameTarget, sortTargets, type TargetName, targetOf } from '../action/action.js';
import { type Credential, type CredentialName, compareText } from '../action/credentials.js';
import { defined } from '../base/defined.js';
import { unreachable } from '../base/unreachable.js';
import type { AccountEnd, ActionRecord, JournalRecord } from './journal.js';

/** A credential as a deleting session last listed it. Runs are counted from 1, in the order of `Receipt.runs`. */
export interface Before extends Omit<Credential, keyof CredentialName> {
  readonly run: number;
  readonly listed: string;
}

/**
 * `done`: AWS confirmed the request. `absent`: AWS answered that there is no such credential. `refused`: AWS refused.
 * `unclear`: no answer came, or an unclear one. `none`: the journal holds no answer.
 */
export type RequestAnswer =
  | { readonly kind: 'done' | 'absent'; readonly at: string; readonly requestId: string }
  | {
      readonly kind: 'refused' | 'unclear';
      readonly at: string;
      /** Absent if AWS returned none, such as without an answer. */
      readonly requestId?: string;
      readonly message: string;
    }
  | { readonly kind: 'none' };

/** One request to change a target. Intent and session are absent if the journal holds only an answer. */
export interface ActionRequest {
  readonly run: number;
  readonly intended?: string;
  /** The access key id of the root session, as in CloudTrail's logs. */
  readonly session?: string;
  /** The policy right before; absent if there was none, and for deletions. */
  readonly standing?: string;
  readonly answer: RequestAnswer;
}

/**
 * `proven`: the read with this request id showed the planned result. `not-proven`: a request was intended or answered, and
 * no later read showed the result. `not-attempted`: no run requested it; its state is unknown.
 */
export type After =
  | {
      readonly kind: 'proven';
      readonly run: number;
      readonly at: string;
      readonly requestId: string;
      /** What the read showed: a policy, or the creation date of a password; absent if there was none. */
      readonly standing?: string;
    }
  | { readonly kind: 'not-proven' }
  | { readonly kind: 'not-attempted' };

/** A credential, a bucket or a queue. */
export interface ReceiptTarget extends TargetName {
  /** Absent if no listing holds it. Only sweeps list credentials. */
  readonly before?: Before;
  /** Empty if no run requested anything. */
  readonly requests: readonly ActionRequest[];
  readonly after: After;
}

/**
 * `not-started`: a wave named it, and the journal holds no work in it. `never-ended`: there is work after its last end, or
 * without one.
 */
export type ReceiptOutcome = AccountEnd['outcome'] | 'never-ended';

/** How a run left an account. */
export interface End extends AccountEnd {
  readonly run: number;
  readonly at: string;
}

export interface ReceiptAccount {
  readonly id: string;
  /** As in the plan; absent if no run listed its credentials or reached its end. */
  readonly name?: string;
  readonly outcome: ReceiptOutcome;
  /** One for each run that reached the end of the account. */
  readonly ends: readonly End[];
  readonly targets: readonly ReceiptTarget[];
}

interface TargetDraft extends TargetName {
  before?: Before;
  readonly requests: ActionRequest[];
  proven?: Extract<After, { kind: 'proven' }> | undefined;
}

interface AccountDraft {
  name?: string;
  /** There is work in it after its last end. */
  open: boolean;
  readonly ends: End[];
  readonly targets: Map<string, TargetDraft>;
}

/** Every account that the journal names, by id. */
export function foldAccounts(records: readonly JournalRecord[]): ReceiptAccount[] {
  const drafts = new Map<string, AccountDraft>();
  const draftOf = (account: string) => {
    const draft = drafts.get(account) ?? { open: false, ends: [], targets: new Map() };
    drafts.set(account, draft);
    return draft;
  };
  let run = 0;
  for (const record of records) {
    if (record.type === 'run-ended') continue;
    if (record.type === 'run-started') run += 1;
    else if (record.type === 'wave-started') record.accounts.forEach(draftOf);
    else noteWork(draftOf(record.account), record, run);
  }
  return [...drafts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, { name, open, ends, targets: drafts }]) => {
      const outcome = open ? 'never-ended' : (ends.at(-1)?.outcome ?? 'not-started');
      const targets = sortTargets(drafts.values()).map(closeTarget);
      return defined({ id, name, outcome, ends, targets });
    });
}

type WorkRecord = ActionRecord | Extract<JournalRecord, { type: 'account-listed' | 'account-ended' }>;

function noteWork(account: AccountDraft, record: WorkRecord, run: number): void {
  account.open = record.type !== 'account-ended';
  if (record.type === 'account-ended') {
    account.name = record.name;
    account.ends.push(foldEnd(record, run));
  } else if (record.type === 'account-listed') {
    account.name = record.name;
    for (const credential of record.credentials) {
      const draft = draftTarget(account, credential);
      const { created, status, lastUsed } = credential;
      draft.before = defined({ run, listed: record.at, created, status, lastUsed });
      // It exists, whatever an earlier read showed.
      draft.proven = undefined;
    }
  } else {
    noteAction(draftTarget(account, targetOf(record)), record, run);
  }
}

function foldEnd(
  { at, outcome, message, drift, foundGone }: Extract<JournalRecord, { type: 'account-ended' }>,
  run: number,
): End {
  const lines = drift && { planned: drift.planned, found: drift.found };
  return defined({ run, at, outcome, message, drift: lines, foundGone });
}

function draftTarget({ targets }: AccountDraft, target: TargetName): TargetDraft {
  const name = nameTarget(target);
  const draft = targets.get(name) ?? { ...nameOnly(target), requests: [] };
  targets.set(name, draft);
  return draft;
}

function noteAction(draft: TargetDraft, record: ActionRecord, run: number): void {
  const { at } = record;
  switch (record.type) {
    case 'action-intended': {
      const { session, standing } = record;
      draft.requests.push(defined({ run, intended: at, session, standing, answer: { kind: 'none' } }));
      draft.proven = undefined;
      return;
    }
    case 'action-answered':
      noteAnswer(draft, run, { kind: record.answer, at, requestId: record.requestId });
      return;
    case 'action-failed': {
      const kind = record.effect === 'none' ? 'refused' : 'unclear';
      const { requestId, message } = record;
      noteAnswer(draft, run, defined({ kind, at, requestId, message }));
      return;
    }
    case 'action-proven': {
      const { requestId, standing } = record;
      draft.proven = defined({ kind: 'proven', run, at, requestId, standing });
      return;
    }
    default:
      unreachable(record);
  }
}

/** Adds the answer to the last intent of the same run, if that has none yet. */
function noteAnswer({ requests }: TargetDraft, run: number, answer: RequestAnswer): void {
  const last = requests.at(-1);
  if (last?.answer.kind === 'none' && last.run === run) requests.splice(-1, 1, { ...last, answer });
  else requests.push({ run, answer });
}

function closeTarget({ proven, ...target }: TargetDraft): ReceiptTarget {
  const kind = target.requests.length > 0 ? 'not-proven' : 'not-attempted';
  return { ...target, after: proven ?? { kind } };
}
