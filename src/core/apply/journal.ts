/** The records of a journal (promise 7): `apply` writes one a line, and each intent before its effect. */
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
  /** If it drifted: everything that was compared, as lines. */
  readonly drift?: Pick<Drift, 'planned' | 'found'>;
  /** Targets (`nameTarget`) that were already deleted, and not by rootsweep. */
  readonly foundGone?: readonly string[];
}

/** The operator, who signs the head of a run. */
export interface RunOperator {
  /** The name in the trust file. */
  readonly name: string;
  readonly keyid: string;
  /** The algorithm of the signature of the head. */
  readonly algorithm: Algorithm;
}

export type RunStarted = Extract<JournalRecord, { type: 'run-started' }>;

export type JournalRecord =
  /** The head of a run. */
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
      /** The kind of the plan. */
      readonly kind: PlanKind;
      /** The planner's reason; absent for a sweep. */
      readonly reason?: string;
      /** SHA-256 of the policy. */
      readonly policy: string;
      /** The signers whose signatures on the plan counted. */
      readonly signers: readonly Omit<Signer, 'until'>[];
      /** ARN of the operator. */
      readonly caller: string;
      readonly tool: string;
      readonly host: string;
      readonly pid: number;
      /** The values of `--only` and `--exclude`. */
      readonly only?: readonly string[];
      readonly exclude?: readonly string[];
      readonly operator: RunOperator;
    }
  | {
      readonly type: 'wave-started';
      readonly at: string;
      /** Counted from 1. */
      readonly wave: number;
      readonly accounts: readonly string[];
    }
  /** The credentials that the deleting session listed right before the first deletion. */
  | {
      readonly type: 'account-listed';
      readonly at: string;
      readonly account: string;
      readonly name: string;
      readonly credentials: readonly Credential[];
    }
  /** `session` is the access key id of the root session, as in CloudTrail's logs; it is not a secret. */
  | ({
      readonly type: 'action-intended';
      readonly session: string;
      /** The state of the target right before (`Standing`); absent if there was none, and for deletions. */
      readonly standing?: string;
    } & AboutAction)
  /** `absent`: AWS answered that there is no such credential. */
  | ({
      readonly type: 'action-answered';
      readonly answer: 'done' | 'absent';
      readonly requestId: string;
    } & AboutAction)
  /** `effect` is `none` if AWS refused, and otherwise `unknown`: the action may have taken effect. */
  | ({
      readonly type: 'action-failed';
      readonly effect: 'none' | 'unknown';
      readonly message: string;
      /** Absent if AWS returned none, such as without an answer. */
      readonly requestId?: string;
    } & AboutAction)
  /** A later read showed the result (promise 8). */
  | ({
      readonly type: 'action-proven';
      readonly requestId: string;
      /** The state that was read, as in an intent. */
      readonly standing?: string;
    } & AboutAction)
  | ({
      readonly type: 'account-ended';
      readonly at: string;
      readonly account: string;
      /** As in the plan. */
      readonly name: string;
    } & AccountEnd)
  | {
      readonly type: 'run-ended';
      readonly at: string;
      readonly run: string;
      readonly exitCode: number;
      readonly trouble?: string;
    };

/** What earlier runs of a plan did: targets (`nameTarget`) by account. */
export interface JournalState {
  /** Requested, or about to be, and not refused by AWS: may have taken effect. */
  readonly sent: ReadonlyMap<string, ReadonlySet<string>>;
  /** Those of them that AWS did not report as already absent. */
  readonly ours: ReadonlyMap<string, ReadonlySet<string>>;
  /** Confirmed by AWS; only actions that are requested once (`ACTIONS`). */
  readonly answered: ReadonlyMap<string, ReadonlySet<string>>;
  /** A later read showed the result. */
  readonly proven: ReadonlyMap<string, ReadonlySet<string>>;
  /** Accounts in which a run was about to change something. */
  readonly started: ReadonlySet<string>;
  /** Accounts in which everything planned was proven. */
  readonly completed: ReadonlySet<string>;
}

export function foldJournal(records: readonly JournalRecord[]): JournalState {
  const sent = new Map<string, Set<string>>();
  const ours = new Map<string, Set<string>>();
  const proven = new Map<string, Set<string>>();
  const answered = new Map<string, Set<string>>();
  const started = new Set<string>();
  const completed = new Set<string>();
  /** Intents without an outcome, such as after a crash. */
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
        // A second intent is no outcome of the first.
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
