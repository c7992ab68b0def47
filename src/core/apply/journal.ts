/** What `apply` writes down while it works (promise 7): one record a line, each intent before its effect. */
import { ACTIONS, type ActionName, nameTarget } from '../action/action.js';
import type { Credential } from '../action/credentials.js';
import type { PlanKind } from '../action/plan-kind.js';
import type { Drift } from '../base/change.js';
import { unreachable } from '../base/unreachable.js';
import type { Algorithm } from '../signing/key.js';
import type { Signer } from '../signing/trust.js';
import { type AccountOutcome, isComplete } from './ledger.js';

export interface AboutAction extends ActionName {
  readonly at: string;
  readonly account: string;
}

export type ActionRecord = Extract<JournalRecord, AboutAction>;

export function isActionRecord(record: JournalRecord): record is ActionRecord {
  return record.type.startsWith('action-');
}

/** How a run left an account. */
export interface AccountEnd {
  readonly outcome: AccountOutcome['kind'];
  readonly message?: string;
  /** Of a drifted one: all that was compared, as lines. */
  readonly drift?: Pick<Drift, 'planned' | 'found'>;
  /** Names (`nameTarget`) of what somebody else had deleted. */
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
      /** Of the plan. */
      readonly kind: PlanKind;
      /** Why, in the words of who planned; absent of a sweep. */
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
      readonly type: 'action-intended';
      readonly session: string;
      /** What the same session saw there right before (`Standing`): absent where there was nothing, and of deletions. */
      readonly standing?: string;
    } & AboutAction)
  /** `absent`: AWS said that there is no such credential. */
  | ({
      readonly type: 'action-answered';
      readonly answer: 'done' | 'absent';
      readonly requestId: string;
    } & AboutAction)
  /** `effect` is `none` where AWS refused, and `unknown` where no answer says so: then it may have been done. */
  | ({
      readonly type: 'action-failed';
      readonly effect: 'none' | 'unknown';
      readonly message: string;
      /** Absent where AWS gave none, as when no answer came. */
      readonly requestId?: string;
    } & AboutAction)
  /** A look afterwards saw it done (promise 8). */
  | ({
      readonly type: 'action-proven';
      readonly requestId: string;
      /** What the look saw, as that of an intent. */
      readonly standing?: string;
    } & AboutAction)
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

/** What earlier runs of a plan did, per account, by the names of what it was done to (`nameTarget`). */
export interface JournalState {
  /** What may be done, which is for a look to say: a run went to do it, and AWS did not refuse. */
  readonly sent: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of them that AWS did not say somebody else had done before. */
  readonly ours: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of what is asked for once (`ACTIONS`), that of which AWS said that it is done. */
  readonly answered: ReadonlyMap<string, ReadonlySet<string>>;
  /** What was proven. */
  readonly proven: ReadonlyMap<string, ReadonlySet<string>>;
  /** Accounts in which a run went to change something. */
  readonly started: ReadonlySet<string>;
  /** Accounts in which everything planned was done and proven. */
  readonly completed: ReadonlySet<string>;
}

export function foldJournal(records: readonly JournalRecord[]): JournalState {
  const sent = new Map<string, Set<string>>();
  const ours = new Map<string, Set<string>>();
  const proven = new Map<string, Set<string>>();
  const answered = new Map<string, Set<string>>();
  const started = new Set<string>();
  const completed = new Set<string>();
  /** Intents of which nothing is known yet: a crash leaves them so. */
  const open = new Map<string, AboutAction>();
  const add = (to: Map<string, Set<string>>, record: AboutAction) => {
    const names = to.get(record.account) ?? new Set();
    to.set(record.account, names.add(nameTarget(record)));
  };
  const keyOf = (record: AboutAction) => `${record.account} ${nameTarget(record)}`;
  const note = (record: AboutAction) => {
    add(sent, record);
    add(ours, record);
  };
  for (const record of records) {
    switch (record.type) {
      case 'account-ended':
        if (isComplete(record.outcome)) completed.add(record.account);
        break;
      case 'action-intended': {
        started.add(record.account);
        // A second intent does not settle the first.
        const earlier = open.get(keyOf(record));
        if (earlier !== undefined) note(earlier);
        open.set(keyOf(record), record);
        break;
      }
      case 'action-answered':
        add(sent, record);
        if (record.answer === 'done') {
          add(ours, record);
          if (ACTIONS[record.kind].requested === 'once') add(answered, record);
        }
        open.delete(keyOf(record));
        break;
      case 'action-failed':
        if (record.effect === 'unknown') note(record);
        open.delete(keyOf(record));
        break;
      case 'action-proven':
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
  return { sent, ours, proven, answered, started, completed };
}
