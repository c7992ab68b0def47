/** Which service control policies deny root sessions, and where. */

import type { Account, Organization } from '../core/account/organization.js';
import { commandLine } from '../core/base/command-line.js';
import type { Outcome, Purpose } from '../core/doctor/prerequisite.js';
import { findRootDenial, mentionsRootSessions, type RootDenial } from '../core/doctor/root-denial.js';
import { parsePolicyDocument } from '../core/iam/policy-statement.js';
import type { ControlPolicyName, Prerequisites } from './ports.js';
import { type ReadResult, unknownOutcome } from './try-read.js';

export interface PolicyExamination {
  readonly prerequisites: Prerequisites;
  /** Active member accounts. */
  readonly members: readonly Account[];
  readonly organization: Organization;
  readonly tryRead: <T>(read: () => Promise<T>) => Promise<ReadResult<T>>;
}

/**
 * Reads every policy that AWS does not manage, and its targets only if it affects root sessions: there may be thousands of
 * policies.
 */
export async function* examinePolicies(examination: PolicyExamination): AsyncGenerator<Outcome> {
  const policies = await examination.tryRead(examination.prerequisites.controlPolicies);
  if (policies.kind === 'failed') {
    yield unknownOutcome(policies.error);
    return;
  }
  let isFine = true;
  for (const policy of policies.value) {
    for await (const outcome of examinePolicy(policy, examination)) {
      isFine = false;
      yield outcome;
    }
  }
  if (!isFine) return;
  const count = policies.value.length;
  yield {
    kind: 'fine',
    says: count === 0 ? 'none but those of AWS' : `${count} read, none denies root sessions`,
  };
}

async function* examinePolicy(
  policy: ControlPolicyName,
  { prerequisites, members, organization, tryRead }: PolicyExamination,
): AsyncGenerator<Outcome> {
  const content = await tryRead(() => prerequisites.controlPolicyContent(policy.id));
  if (content.kind === 'failed') {
    yield unknownOutcome(content.error);
    return;
  }
  const document = parsePolicyDocument(content.value);
  if (document === undefined) {
    const run = commandLine('aws', 'organizations', 'describe-policy', ['--policy-id', policy.id]);
    yield {
      kind: 'unknown',
      says: `policy ${nameOf(policy)} cannot be read`,
      fix: { text: 'look at it', run },
    };
    return;
  }
  if (!mentionsRootSessions(document)) return;
  const targets = await tryRead(() => prerequisites.controlPolicyTargets(policy.id));
  if (targets.kind === 'failed') {
    yield unknownOutcome(targets.error);
    return;
  }
  const places = new Set(targets.value);
  const below = members.filter(({ id, parents }) => places.has(id) || parents.some((it) => places.has(it)));
  yield* describeDenial(policy, findRootDenial(document, below, organization), below);
  // An account without known parents may be below any policy.
  const lost = members.filter(({ id, parents }) => parents.length === 0 && !places.has(id));
  if (lost.length > 0 && places.size > 0) {
    const ids = lost.map(({ id }) => id).join(', ');
    const says = `AWS did not say whether ${ids} is below policy ${nameOf(policy)}`;
    yield { kind: 'unknown', says, fix: { text: 'try again' } };
  }
}

function* describeDenial(
  policy: ControlPolicyName,
  { denied, open, corrected, document }: RootDenial,
  below: readonly Account[],
): Generator<Outcome> {
  const stops: Purpose[] = (['plan', 'apply'] as const).filter((purpose) => denied[purpose].length > 0);
  if (stops.length > 0) {
    const ids = new Set([...denied.plan, ...denied.apply]);
    const accounts = below.filter(({ id }) => ids.has(id)).map(({ id, name }) => ({ id, name }));
    const what = denied.plan.length > 0 ? 'denies root sessions' : 'denies the deletions of root sessions';
    const update = [['--policy-id', policy.id] as const, ['--content', document] as const];
    yield {
      kind: 'fault',
      stops,
      says: `policy ${nameOf(policy)} ${what} in ${countAccounts(accounts.length)}`,
      fix: {
        text: 'exempt root sessions; in the management account',
        run: commandLine('aws', 'organizations', 'update-policy', ...update),
      },
      policy: { ...policy, accounts, corrected },
    };
  }
  const [first] = open;
  if (first !== undefined) {
    const run = commandLine('rootsweep', 'doctor', ['--account', first]);
    yield {
      kind: 'unknown',
      says: `policy ${nameOf(policy)} may deny root sessions in ${countAccounts(open.length)}: it has a condition that depends on the request`,
      fix: { text: 'try it in one of them', run },
    };
  }
}

function countAccounts(count: number): string {
  return `${count} ${count === 1 ? 'account' : 'accounts'}`;
}

function nameOf({ id, name }: ControlPolicyName): string {
  return `"${name}" (${id})`;
}
