/**
 * What a journal says of each account and each credential. Nothing is concluded that no record says: a credential
 * is gone only if a look said so after the last intent to delete it and after the last listing that held it.
 */
import { ACTIONS } from './action.js';
import {
  type Credential,
  type CredentialName,
  compareText,
  nameCredential,
  sortCredentials,
} from './credentials.js';
import type { AccountEnd, ActionRecord, JournalRecord } from './journal.js';
import { unreachable } from './unreachable.js';

/** A credential as a deleting session listed it, last. Runs are counted from 1, in the order of `Receipt.runs`. */
export interface Before extends Omit<Credential, keyof CredentialName> {
  readonly run: number;
  readonly listed: string;
}

/**
 * `done`: AWS answered that it did it. `absent`: that there is no such credential. `refused`: AWS did not do it. `unclear`: no answer came, or none that says whether it did. `none`: the journal
 * holds none.
 */
export type Answer =
  | { readonly kind: 'done' | 'absent'; readonly at: string; readonly requestId: string }
  | {
      readonly kind: 'refused' | 'unclear';
      readonly at: string;
      /** Absent where AWS gave none, as when no answer came. */
      readonly requestId?: string;
      readonly message: string;
    }
  | { readonly kind: 'none' };

/** One request to delete a credential. Intent and session are absent where the journal holds an answer only. */
export interface Deletion {
  readonly run: number;
  readonly intended?: string;
  /** The access key id of the root session, which joins CloudTrail's logs. */
  readonly session?: string;
  readonly answer: Answer;
}

/**
 * `gone`: looked for and not there, by this request. `not-proven`: a deletion was intended or answered, and no later
 * look said that it is gone. `not-attempted`: no run went to delete it; whether it is still there is not said.
 */
export type After =
  | { readonly kind: 'gone'; readonly run: number; readonly at: string; readonly requestId: string }
  | { readonly kind: 'not-proven' }
  | { readonly kind: 'not-attempted' };

export interface ReceiptCredential extends CredentialName {
  /** Absent where no listing holds it. */
  readonly before?: Before;
  /** None of a credential that is gone: none of these runs deleted it. */
  readonly deletions: readonly Deletion[];
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
  readonly credentials: readonly ReceiptCredential[];
}

type Gone = Extract<After, { kind: 'gone' }>;

interface CredentialDraft extends CredentialName {
  before?: Before;
  readonly deletions: Deletion[];
  gone?: Gone | undefined;
}

interface AccountDraft {
  name?: string;
  /** Something was done in it after its last end. */
  open: boolean;
  readonly ends: End[];
  readonly credentials: Map<string, CredentialDraft>;
}

/** Every account that the journal names, by id. */
export function foldAccounts(records: readonly JournalRecord[]): ReceiptAccount[] {
  const drafts = new Map<string, AccountDraft>();
  const draftOf = (account: string) => {
    const draft = drafts.get(account) ?? { open: false, ends: [], credentials: new Map() };
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
    .map(([id, { name, open, ends, credentials }]) => ({
      id,
      ...(name === undefined ? {} : { name }),
      outcome: open ? 'never-ended' : (ends.at(-1)?.outcome ?? 'not-started'),
      ends,
      credentials: sortCredentials(credentials.values()).map(closeCredential),
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
      const draft = credentialOf(account, credential);
      const { created, status, lastUsed } = credential;
      draft.before = {
        run,
        listed: record.at,
        created,
        ...(status === undefined ? {} : { status }),
        ...(lastUsed === undefined ? {} : { lastUsed }),
      };
      // It is there, whatever an earlier look said.
      draft.gone = undefined;
    }
  } else {
    const { target: kind } = ACTIONS[record.kind];
    // Another target is that of a plan of another kind, of which no receipt is made (`findStart`).
    if (kind !== 'bucket' && kind !== 'queue')
      noteDeletion(credentialOf(account, { ...record, kind }), record, run);
  }
}

export function foldEnd(
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

function credentialOf({ credentials }: AccountDraft, { kind, id }: CredentialName): CredentialDraft {
  const credential = { kind, ...(id === undefined ? {} : { id }) };
  const name = nameCredential(credential);
  const draft = credentials.get(name) ?? { ...credential, deletions: [] };
  credentials.set(name, draft);
  return draft;
}

function noteDeletion(draft: CredentialDraft, record: ActionRecord, run: number): void {
  const { at } = record;
  switch (record.type) {
    case 'action-intended':
      draft.deletions.push({ run, intended: at, session: record.session, answer: { kind: 'none' } });
      draft.gone = undefined;
      return;
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
      draft.gone = { kind: 'gone', run, at, requestId: record.requestId };
      return;
    default:
      unreachable(record);
  }
}

/** Answers the last intent of the same run, if that has no answer yet. */
function noteAnswer({ deletions }: CredentialDraft, run: number, answer: Answer): void {
  const last = deletions.at(-1);
  if (last?.answer.kind === 'none' && last.run === run) deletions.splice(-1, 1, { ...last, answer });
  else deletions.push({ run, answer });
}

function closeCredential({ gone, ...credential }: CredentialDraft): ReceiptCredential {
  const kind = credential.deletions.length > 0 ? 'not-proven' : 'not-attempted';
  return { ...credential, after: gone ?? { kind } };
}
