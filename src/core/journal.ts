/** What `apply` writes down while it works (promise 7): one record a line, each intent before its effect. */
import type { Credential, CredentialName } from './credentials.js';
import { nameCredential } from './credentials.js';
import type { Drift } from './drift.js';
import type { Algorithm } from './key.js';
import { type AccountOutcome, isComplete } from './ledger.js';
import type { RemedyKind } from './remedy.js';
import type { RemedyOutcome } from './remedy-ledger.js';
import type { Signer } from './trust.js';
import { unreachable } from './unreachable.js';

export interface AboutCredential extends CredentialName {
  readonly at: string;
  readonly account: string;
}

/** The place that a remedy is about: one in each account of a plan. */
export interface AboutRemedy {
  readonly at: string;
  readonly account: string;
  readonly remedy: RemedyKind;
  /** Of the bucket or the queue, as in `Remedy`. */
  readonly name?: string;
  readonly region?: string;
}

export type RemedyRecord = Extract<JournalRecord, AboutRemedy>;

export function isRemedyRecord(record: JournalRecord): record is RemedyRecord {
  return record.type.startsWith('remedy-');
}

/** How a run left an account. */
export interface AccountEnd {
  readonly outcome: AccountOutcome['kind'] | RemedyOutcome['kind'];
  readonly message?: string;
  /** Of a drifted one: all that was compared, as lines. */
  readonly drift?: Pick<Drift, 'planned' | 'found'>;
  /** Names (`nameCredential`) of what somebody else had deleted. */
  readonly foundGone?: readonly string[];
}

/** Whose run it is: who signs its head. */
export interface RunOperator {
  /** In the trust file. */
  readonly name: string;
  readonly keyid: string;
  /** How the head is signed. */
  readonly algorithm: Algorithm;
}

export type RunStarted = Extract<JournalRecord, { type: 'run-started' }>;

export type JournalRecord =
  /** The head of a run: who works on what, on whose word. */
  | {
      readonly type: 'run-started';
      readonly at: string;
      /** UUID of this run of `apply`. */
      readonly run: string;
      /** Id and digest of the plan. */
      readonly plan: string;
      readonly digest: string;
      /** When the plan was made. */
      readonly created: string;
      readonly organization: string;
      /** Of a plan of remedies: which, and why; absent of a plan that deletes. */
      readonly remedy?: RemedyKind;
      readonly reason?: string;
      /** SHA-256 of the policy. */
      readonly policy: string;
      /** Whose signatures on the plan counted. */
      readonly signers: readonly Omit<Signer, 'until'>[];
      /** ARN of the operator. */
      readonly caller: string;
      readonly tool: string;
      readonly host: string;
      readonly pid: number;
      /** What `--only` and `--exclude` named. */
      readonly only?: readonly string[];
      readonly exclude?: readonly string[];
      readonly operator: RunOperator;
    }
  | {
      readonly type: 'wave-started';
      readonly at: string;
      /** Of the policy's rollout, from 1. */
      readonly wave: number;
      readonly accounts: readonly string[];
    }
  /** What the deleting session listed, and the plan expected, right before the first deletion. */
  | {
      readonly type: 'account-listed';
      readonly at: string;
      readonly account: string;
      readonly name: string;
      readonly credentials: readonly Credential[];
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
  /** `effect` is `none` where AWS refused, and `unknown` where no answer says so: then it may have deleted. */
  | ({
      readonly type: 'deletion-failed';
      readonly effect: 'none' | 'unknown';
      readonly message: string;
      /** Absent where AWS gave none, as when no answer came. */
      readonly requestId?: string;
    } & AboutCredential)
  /** The credential was looked for after its deletion, and is gone (promise 8). */
  | ({
      readonly type: 'deletion-proven';
      readonly requestId: string;
    } & AboutCredential)
  | ({
      readonly type: 'remedy-intended';
      readonly session: string;
      /** What the same session saw there right before: absent where there was nothing (`Standing`). */
      readonly standing?: string;
    } & AboutRemedy)
  | ({
      readonly type: 'remedy-answered';
      readonly requestId: string;
    } & AboutRemedy)
  /** `effect` as that of a deletion. */
  | ({
      readonly type: 'remedy-failed';
      readonly effect: 'none' | 'unknown';
      readonly message: string;
      readonly requestId?: string;
    } & AboutRemedy)
  /** A look afterwards saw what the remedy is to bring about. */
  | ({
      readonly type: 'remedy-proven';
      readonly requestId: string;
      readonly standing?: string;
    } & AboutRemedy)
  | ({
      readonly type: 'account-ended';
      readonly at: string;
      readonly account: string;
      /** As the plan has it. */
      readonly name: string;
    } & AccountEnd)
  | {
      readonly type: 'run-ended';
      readonly at: string;
      readonly run: string;
      readonly exitCode: number;
      readonly trouble?: string;
    };

/** What earlier runs of a plan did, per account. Credentials go by their names, a remedy by its kind (`nameWork`). */
export interface JournalState {
  /**
   * What may be done, which is for a look to say (credentials that may be missing): a run went to do it, and AWS did
   * not refuse.
   */
  readonly sent: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of them that AWS did not say somebody else had deleted before. */
  readonly ours: ReadonlyMap<string, ReadonlySet<string>>;
  /** Remedies of which AWS said that they are done: asked for again, they would be done twice on one review. */
  readonly answered: ReadonlyMap<string, ReadonlySet<string>>;
  /** What was proven. */
  readonly proven: ReadonlyMap<string, ReadonlySet<string>>;
  /** Accounts in which a run went to change something. */
  readonly begun: ReadonlySet<string>;
  /** Accounts in which everything planned was done and proven. */
  readonly completed: ReadonlySet<string>;
}

export function foldJournal(records: readonly JournalRecord[]): JournalState {
  const sent = new Map<string, Set<string>>();
  const ours = new Map<string, Set<string>>();
  const proven = new Map<string, Set<string>>();
  const answered = new Map<string, Set<string>>();
  const begun = new Set<string>();
  const completed = new Set<string>();
  /** Intents of which nothing is known yet: a crash leaves them so. */
  const open = new Map<string, About>();
  const add = (to: Map<string, Set<string>>, record: About) => {
    const names = to.get(record.account) ?? new Set();
    to.set(record.account, names.add(nameWork(record)));
  };
  const keyOf = (record: About) => `${record.account} ${nameWork(record)}`;
  const note = (record: About) => {
    add(sent, record);
    add(ours, record);
  };
  for (const record of records) {
    switch (record.type) {
      case 'account-ended':
        if (isComplete(record.outcome)) completed.add(record.account);
        break;
      case 'deletion-intended':
      case 'remedy-intended': {
        begun.add(record.account);
        // A second intent does not settle the first.
        const earlier = open.get(keyOf(record));
        if (earlier !== undefined) note(earlier);
        open.set(keyOf(record), record);
        break;
      }
      case 'deletion-answered':
        add(sent, record);
        if (record.answer === 'deleted') add(ours, record);
        open.delete(keyOf(record));
        break;
      case 'remedy-answered':
        note(record);
        add(answered, record);
        open.delete(keyOf(record));
        break;
      case 'deletion-failed':
      case 'remedy-failed':
        if (record.effect === 'unknown') note(record);
        open.delete(keyOf(record));
        break;
      case 'deletion-proven':
      case 'remedy-proven':
        add(proven, record);
        break;
      case 'run-started':
      case 'wave-started':
      case 'account-listed':
      case 'run-ended':
        break;
      default:
        unreachable(record);
    }
  }
  for (const record of open.values()) note(record);
  return { sent, ours, proven, answered, begun, completed };
}

type About = AboutCredential | AboutRemedy;

/** What a record is about, among all that is done in its account. */
function nameWork(record: About): string {
  return 'remedy' in record ? record.remedy : nameCredential(record);
}
