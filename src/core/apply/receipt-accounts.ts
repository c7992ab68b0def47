/**
 * What a journal says of each account and of each target of its actions. Nothing is concluded that no record says: a
 * target is proven only if a look said so after the last request and after the last listing that held it.
 */
import { nameOnly, nameTarget, sortTargets, type TargetName, targetOf } from '../action/action.js';
import { type Credential, type CredentialName, compareText } from '../action/credentials.js';
import { unreachable } from '../base/unreachable.js';
import type { AccountEnd, ActionRecord, JournalRecord } from './journal.js';

/** A credential as a deleting session listed it, last. Runs are counted from 1, in the order of `Receipt.runs`. */
export interface Before extends Omit<Credential, keyof CredentialName> {
  readonly run: number;
  readonly listed: string;
}

/**
 * `done`: AWS answered that it did it. `absent`: that there is no such credential. `refused`: AWS did not do it.
 * `unclear`: no answer came, or none that says whether it did. `none`: the journal holds no answer.
 */
export type RequestAnswer =
  | { readonly kind: 'done' | 'absent'; readonly at: string; readonly requestId: string }
  | {
      readonly kind: 'refused' | 'unclear';
      readonly at: string;
      /** Absent where AWS gave none, as when no answer came. */
      readonly requestId?: string;
      readonly message: string;
    }
  | { readonly kind: 'none' };

/** One request to change a target. Intent and session are absent where the journal holds an answer only. */
export interface ActionRequest {
  readonly run: number;
  readonly intended?: string;
  /** The access key id of the root session, which joins CloudTrail's logs. */
  readonly session?: string;
  /** The policy that stood there right before; absent where there was nothing, and of deletions. */
  readonly standing?: string;
  readonly answer: RequestAnswer;
}

/**
 * `proven`: looked at by this request, and as the plan wants it: a credential gone, a password or a policy in place.
 * `not-proven`: a request was intended or answered, and no later look proved it. `not-attempted`: no run asked for it;
 * what stands there is not said.
 */
export type After =
  | {
      readonly kind: 'proven';
      readonly run: number;
      readonly at: string;
      readonly requestId: string;
      /** What the look saw: a policy, or when a password was created. Absent where there was nothing. */
      readonly standing?: string;
    }
  | { readonly kind: 'not-proven' }
  | { readonly kind: 'not-attempted' };

/** What actions are about: a credential, a bucket or a queue. */
export interface ReceiptTarget extends TargetName {
  /** Absent where no listing holds it. Only plans that delete list credentials. */
  readonly before?: Before;
  /** Empty of a credential that is gone: none of these runs deleted it. */
  readonly requests: readonly ActionRequest[];
  readonly after: After;
}

/**
 * `not-started`: a wave named it, and the journal holds nothing of any work in it. `never-ended`: something was done in
 * it after its last end, or without one.
 */
export type ReceiptOutcome = AccountEnd['outcome'] | 'never-ended';

/** How a run left an account. */
export interface End extends AccountEnd {
  readonly run: number;
  readonly at: string;
}

export interface ReceiptAccount {
  readonly id: string;
  /** As the plan has it. Absent where no run listed its credentials or came to its end. */
  readonly name?: string;
  readonly outcome: ReceiptOutcome;
  /** How each run that came to its end left the account. */
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
  /** Something was done in it after its last end. */
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
    .map(([id, { name, open, ends, targets }]) => ({
      id,
      ...(name === undefined ? {} : { name }),
      outcome: open ? 'never-ended' : (ends.at(-1)?.outcome ?? 'not-started'),
      ends,
      targets: sortTargets(targets.values()).map(closeTarget),
    }));
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
      draft.before = {
        run,
        listed: record.at,
        created,
        ...(status === undefined ? {} : { status }),
        ...(lastUsed === undefined ? {} : { lastUsed }),
      };
      // It is there, whatever an earlier look said.
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
  return {
    run,
    at,
    outcome,
    ...(message === undefined ? {} : { message }),
    ...(drift === undefined ? {} : { drift: { planned: drift.planned, found: drift.found } }),
    ...(foundGone === undefined ? {} : { foundGone }),
  };
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
      const { session } = record;
      draft.requests.push({ run, intended: at, session, ...standingOf(record), answer: { kind: 'none' } });
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
    case 'action-proven':
      draft.proven = { kind: 'proven', run, at, requestId: record.requestId, ...standingOf(record) };
      return;
    default:
      unreachable(record);
  }
}

function standingOf({ standing }: { readonly standing?: string }): { readonly standing?: string } {
  return standing === undefined ? {} : { standing };
}

/** Answers the last intent of the same run, if that has no answer yet. */
function noteAnswer({ requests }: TargetDraft, run: number, answer: RequestAnswer): void {
  const last = requests.at(-1);
  if (last?.answer.kind === 'none' && last.run === run) requests.splice(-1, 1, { ...last, answer });
  else requests.push({ run, answer });
}

function closeTarget({ proven, ...target }: TargetDraft): ReceiptTarget {
  const kind = target.requests.length > 0 ? 'not-proven' : 'not-attempted';
  return { ...target, after: proven ?? { kind } };
}
