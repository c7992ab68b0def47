/** Opens a root session for each task in one account, and reads in it: proves that a plan can audit, and apply delete. */
import type { Account } from '../core/account/organization.js';
import type { Outcome, Prerequisite, PrerequisiteFinding, Purpose } from '../core/doctor/prerequisite.js';
import { type ActionAccess, type ResourceAccess, type RootAccess, RootAccessFailure } from './ports.js';

export interface SessionTrial {
  /** ARN of the caller. */
  readonly arn: string;
  /** The account that the user named. */
  readonly account: string | undefined;
  /** Active member accounts; undefined if they could not be listed. */
  readonly members: readonly Account[] | undefined;
  /** Ids of accounts in which a policy is known to deny root sessions. */
  readonly denied: ReadonlySet<string>;
  /** Whether IAM reports the feature of these sessions as on. */
  readonly isOn: boolean;
}

/** One session to try. */
interface TrialSession {
  readonly prerequisite: Prerequisite;
  /** What cannot succeed without it. */
  readonly purpose: Purpose;
  /** Opens the session and reads in it. */
  readonly open: (account: string) => Promise<unknown>;
  /** For a caller without permission: added to the message. */
  readonly remark: string;
  /** For a caller without permission: the permission to add. */
  readonly permission: string;
}

export async function* trySessions(
  access: RootAccess,
  trial: SessionTrial,
): AsyncGenerator<PrerequisiteFinding> {
  const chosen = chooseAccount(trial);
  yield await trySession(chosen, trial, {
    prerequisite: 'audit-session',
    purpose: 'plan',
    open: async (id) => (await access.open(id, 'audit')).holdsAny(),
    remark: '',
    permission: 'give the caller the IAM policy for planning of the README',
  });
  yield await trySession(chosen, trial, {
    prerequisite: 'delete-session',
    purpose: 'apply',
    // `apply` starts with this list; nothing is deleted here.
    open: async (id) => (await access.open(id, 'delete')).list(),
    remark: ', as fits who only plans',
    permission: 'to apply, give the caller the IAM policy for applying of the README',
  });
}

/** What opens the sessions of `recover` and `unlock`. */
export interface RecoveryAccess {
  readonly actions: ActionAccess;
  readonly resources: ResourceAccess;
}

/** No account has a bucket or queue of this name; looking for it proves that a session can be opened. */
const NO_RESOURCE = 'rootsweep-doctor';

/**
 * Tries the sessions of `recover` and `unlock`: for a password, a bucket and a queue.
 * @param trial with `isOn` of the feature RootSessions, which only the last two need.
 */
export async function* tryRecoverySessions(
  { actions, resources }: RecoveryAccess,
  trial: SessionTrial,
): AsyncGenerator<PrerequisiteFinding> {
  const chosen = chooseAccount(trial);
  const statementFor = (purpose: 'recover' | 'unlock', statement: string) => ({
    purpose,
    remark: ', which only recover and unlock need',
    permission: `to ${purpose}, give the caller the statement "${statement}" of examples/aws/recovery-operator.json`,
  });
  // The feature of recoveries is on: another prerequisite checked it.
  yield await trySession(
    chosen,
    { ...trial, isOn: true },
    {
      prerequisite: 'recover-session',
      open: async (id) => (await actions.open(id, [{ kind: 'allow-password-recovery' }])).observe(),
      ...statementFor('recover', 'RecoverPasswords'),
    },
  );
  for (const [kind, statement] of [
    ['bucket', 'UnlockBuckets'],
    ['queue', 'UnlockQueues'],
  ] as const) {
    const prerequisite = `unlock-${kind}-session` as const;
    if (chosen.kind === 'account' && !trial.isOn) {
      yield { prerequisite, outcome: { kind: 'not-checked', because: 'root-sessions' } };
      continue;
    }
    yield await trySession(chosen, trial, {
      prerequisite,
      open: (id) => resources.open(id, { kind, name: NO_RESOURCE }),
      ...statementFor('unlock', statement),
    });
  }
}

interface Chosen {
  readonly kind: 'account';
  readonly id: string;
  readonly name: string;
}

function chooseAccount({
  account,
  members,
  denied,
}: SessionTrial): Chosen | Extract<Outcome, { kind: 'unknown' }> {
  if (account !== undefined) {
    const named = members?.find(({ id }) => id === account);
    if (members === undefined) return { kind: 'account', id: account, name: '' };
    if (named !== undefined) return { kind: 'account', id: named.id, name: named.name };
    return {
      kind: 'unknown',
      says: `account "${account}" is no active member account of the organization`,
      fix: { text: 'name another one with --account, or none' },
    };
  }
  const eligible = members?.find(({ id }) => !denied.has(id)) ?? members?.[0];
  if (eligible !== undefined) return { kind: 'account', id: eligible.id, name: eligible.name };
  return {
    kind: 'unknown',
    says: 'there is no active member account to try it on',
    fix: { text: 'nothing can be planned before there is one' },
  };
}

async function trySession(
  chosen: ReturnType<typeof chooseAccount>,
  trial: SessionTrial,
  session: TrialSession,
): Promise<PrerequisiteFinding> {
  const { prerequisite, open } = session;
  if (chosen.kind !== 'account') return { prerequisite, outcome: chosen };
  const { id, name } = chosen;
  try {
    await open(id);
    const says = `opened in ${[id, name].join(' ').trim()}, and read from`;
    return { prerequisite, outcome: { kind: 'fine', says } };
  } catch (error) {
    if (!(error instanceof RootAccessFailure)) throw error;
    return { prerequisite, outcome: explain(error, id, trial, session) };
  }
}

function explain(
  { unknownCause, message }: RootAccessFailure,
  account: string,
  { arn, isOn }: SessionTrial,
  { purpose, remark, permission }: TrialSession,
): Outcome {
  const stops = [purpose];
  switch (unknownCause) {
    case 'caller-not-allowed': {
      const says = `${arn} may not open one in ${account}${remark}: ${message}`;
      return { kind: 'fault', stops, says, fix: { text: permission } };
    }
    case 'root-credentials-management-disabled':
    case 'root-sessions-disabled':
    case 'trusted-access-disabled':
      return {
        kind: 'fault',
        stops,
        says: isOn ? `what IAM shows as on is still unknown to STS: ${message}` : message,
        fix: isOn
          ? { text: 'it takes minutes; wait, then', run: 'rootsweep doctor' }
          : { run: 'rootsweep enable' },
      };
    case 'denied-by-scp':
      return {
        kind: 'fault',
        stops,
        says: message,
        fix: { text: 'exempt root sessions from that service control policy' },
      };
    case 'session-mismatch':
      return {
        kind: 'unknown',
        says: message,
        fix: { text: 'do not go on: AWS answered for another account than was asked; report it' },
      };
    case 'denied-in-session':
    case 'missing-fact':
    case 'session-expired':
    case 'incomplete-answer':
    case 'unreachable':
    case 'aws-error':
      return { kind: 'unknown', says: message, fix: { text: 'try again' } };
  }
}
