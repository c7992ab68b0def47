/** Opens a root session for each task in one account, and reads in it: the one proof that a plan can look, and apply delete. */
import type { Account } from '../core/account/organization.js';
import type { Outcome, PrerequisiteFinding, Purpose } from '../core/doctor/prerequisite.js';
import {
  type ActionAccess,
  type ResourceAccess,
  type RootAccess,
  RootAccessFailure,
  type Task,
} from './ports.js';

export interface SessionTrial {
  /** The ARN of the caller. */
  readonly arn: string;
  /** The account that the user named. */
  readonly account: string | undefined;
  /** Active member accounts; undefined where they could not be listed. */
  readonly members: readonly Account[] | undefined;
  /** Ids of those in which a policy is known to deny root sessions. */
  readonly denied: ReadonlySet<string>;
  /** Whether IAM says that the management of root credentials is on. */
  readonly isOn: boolean;
}

export async function* trySessions(
  access: RootAccess,
  trial: SessionTrial,
): AsyncGenerator<PrerequisiteFinding> {
  const chosen = chooseAccount(trial);
  for (const task of ['audit', 'delete'] as const) {
    const prerequisite = `${task}-session` as const;
    yield {
      prerequisite,
      outcome: chosen.kind === 'account' ? await trySession(access, task, chosen, trial) : chosen,
    };
  }
}

/** What opens the sessions of `recover` and `unlock`. */
export interface RecoveryAccess {
  readonly actions: ActionAccess;
  readonly resources: ResourceAccess;
}

/** No account has it, and whoever looks for it learns whether a session could be opened. */
const NO_RESOURCE = 'rootsweep-doctor';

/**
 * The same for `recover` and `unlock`: a password, a bucket and a queue, of which the last two need another feature.
 * @param trial whose `isOn` is that of root sessions.
 */
export async function* tryRecoverySessions(
  { actions, resources }: RecoveryAccess,
  trial: SessionTrial,
): AsyncGenerator<PrerequisiteFinding> {
  const chosen = chooseAccount(trial);
  const tries = [
    [
      'recover-session',
      'recover',
      'RecoverPasswords',
      async (id: string) => (await actions.open(id, [{ kind: 'allow-password-recovery' }])).observe(),
    ],
    [
      'unlock-bucket-session',
      'unlock',
      'UnlockBuckets',
      (id: string) => resources.open(id, { kind: 'bucket', name: NO_RESOURCE }),
    ],
    [
      'unlock-queue-session',
      'unlock',
      'UnlockQueues',
      (id: string) => resources.open(id, { kind: 'queue', name: NO_RESOURCE }),
    ],
  ] as const;
  for (const [prerequisite, purpose, statement, open] of tries) {
    if (chosen.kind !== 'account') yield { prerequisite, outcome: chosen };
    else if (purpose === 'unlock' && !trial.isOn)
      yield { prerequisite, outcome: { kind: 'not-checked', because: 'root-sessions' } };
    else yield { prerequisite, outcome: await tryRecovery(purpose, statement, open, chosen, trial) };
  }
}

async function tryRecovery(
  purpose: 'recover' | 'unlock',
  statement: string,
  open: (account: string) => Promise<unknown>,
  { id, name }: Chosen,
  { arn, isOn }: SessionTrial,
): Promise<Outcome> {
  try {
    await open(id);
    return { kind: 'fine', says: `opened in ${[id, name].join(' ').trim()}, and read from` };
  } catch (error) {
    if (!(error instanceof RootAccessFailure)) throw error;
    return explain(error, {
      stops: [purpose],
      denied: `${arn} may not open one in ${id}, which only recover and unlock need: ${error.message}`,
      permission: `to ${purpose}, give the caller the statement "${statement}" of examples/aws/recovery-operator.json`,
      // Of a password, whether the feature is on was found out before.
      isOn: purpose === 'recover' || isOn,
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
  access: RootAccess,
  task: Task,
  { id, name }: Chosen,
  trial: SessionTrial,
): Promise<Outcome> {
  try {
    const session = await access.open(id, task);
    // What `apply` does first; nothing is deleted here.
    if (task === 'delete') await session.list();
    else await session.holdsAny();
    return { kind: 'fine', says: `opened in ${[id, name].join(' ').trim()}, and read from` };
  } catch (error) {
    if (!(error instanceof RootAccessFailure)) throw error;
    const isAudit = task === 'audit';
    return explain(error, {
      stops: isAudit ? ['plan'] : ['apply'],
      denied: `${trial.arn} may not open one in ${id}${isAudit ? '' : ', as fits who only plans'}: ${error.message}`,
      permission: `${isAudit ? 'give the caller' : 'to apply, give the caller'} the IAM policy for ${isAudit ? 'planning' : 'applying'} of the README`,
      isOn: trial.isOn,
    });
  }
}

/** What a failed session stops, and what is said where its caller has no permission. */
interface Told {
  readonly stops: readonly Purpose[];
  readonly denied: string;
  readonly permission: string;
  /** Whether IAM says that its feature is on. */
  readonly isOn: boolean;
}

function explain(
  { unknownCause, message }: RootAccessFailure,
  { stops, denied, permission, isOn }: Told,
): Outcome {
  switch (unknownCause) {
    case 'caller-not-allowed':
      return { kind: 'fault', stops, says: denied, fix: { text: permission } };
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
