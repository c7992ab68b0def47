/** Opens a root session for each task in one account, and reads in it: the one proof that a plan can look, and apply delete. */
import type { Account } from '../core/organization.js';
import type { Finding, Outcome } from '../core/prerequisite.js';
import { type RootAccess, RootAccessFailure, type Task } from './ports.js';

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

export async function* trySessions(access: RootAccess, trial: SessionTrial): AsyncGenerator<Finding> {
  const chosen = chooseAccount(trial);
  for (const task of ['audit', 'delete'] as const) {
    const prerequisite = `${task}-session` as const;
    yield {
      prerequisite,
      outcome: chosen.kind === 'account' ? await trySession(access, task, chosen, trial) : chosen,
    };
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
    return explain(error, task, id, trial);
  }
}

function explain(
  { unknownCause, message }: RootAccessFailure,
  task: Task,
  account: string,
  { arn, isOn }: SessionTrial,
): Outcome {
  const stops = task === 'audit' ? (['plan'] as const) : (['apply'] as const);
  switch (unknownCause) {
    case 'caller-not-allowed':
      return {
        kind: 'fault',
        stops,
        says:
          task === 'audit'
            ? `${arn} may not open one in ${account}: ${message}`
            : `${arn} may not open one in ${account}, as fits who only plans: ${message}`,
        fix: {
          text: `${task === 'audit' ? 'give the caller' : 'to apply, give the caller'} the IAM policy for ${task === 'audit' ? 'planning' : 'applying'} of the README`,
        },
      };
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
