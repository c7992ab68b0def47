/** Which service control policies deny root sessions, and where. */

import type { Account, Organization } from '../core/account/organization.js';
import { commandLine } from '../core/base/command-line.js';
import type { Outcome, Purpose } from '../core/doctor/prerequisite.js';
import { parsePolicyDocument } from '../core/iam/policy-statement.js';
import { findRootDenial, mentionsRootSessions, type RootDenial } from '../core/iam/root-denial.js';
import type { ControlPolicyName, Prerequisites } from './ports.js';
import { type Result, unknownOutcome } from './result.js';

type Ask = <T>(read: () => Promise<T>) => Promise<Result<T>>;

/**
 * Reads every policy that somebody of the organization wrote, and where it is attached only if it bears on root
 * sessions at all: there may be thousands.
 */
export async function* examinePolicies(
  prerequisites: Prerequisites,
  members: readonly Account[],
  organization: Organization,
  ask: Ask,
): AsyncGenerator<Outcome> {
  const policies = await ask(prerequisites.controlPolicies);
  if (policies.kind === 'failed') {
    yield unknownOutcome(policies.error);
    return;
  }
  let isFine = true;
  for (const policy of policies.value) {
    for await (const outcome of examinePolicy(policy, prerequisites, members, organization, ask)) {
      isFine = false;
      yield outcome;
    }
  }
  const count = policies.value.length;
  if (isFine) {
    yield {
      kind: 'fine',
      says: count === 0 ? 'none but those of AWS' : `${count} read, none denies root sessions`,
    };
  }
}

async function* examinePolicy(
  policy: ControlPolicyName,
  prerequisites: Prerequisites,
  members: readonly Account[],
  organization: Organization,
  ask: Ask,
): AsyncGenerator<Outcome> {
  const content = await ask(() => prerequisites.controlPolicyContent(policy.id));
  if (content.kind === 'failed') {
    yield unknownOutcome(content.error);
    return;
  }
  const document = parsePolicyDocument(content.value);
  if (document === undefined) {
    yield {
      kind: 'unknown',
      says: `policy ${nameOf(policy)} cannot be read`,
      fix: {
        text: 'look at it',
        run: commandLine('aws', 'organizations', 'describe-policy', ['--policy-id', policy.id]),
      },
    };
    return;
  }
  if (!mentionsRootSessions(document)) return;
  const targets = await ask(() => prerequisites.controlPolicyTargets(policy.id));
  if (targets.kind === 'failed') {
    yield unknownOutcome(targets.error);
    return;
  }
  const places = new Set(targets.value);
  const below = members.filter(({ id, parents }) => places.has(id) || parents.some((it) => places.has(it)));
  const denial = findRootDenial(document, below, organization);
  yield* describeDenial(policy, denial, below);
  // An account of which AWS does not say where it is may be below anything.
  const lost = members.filter(({ id, parents }) => parents.length === 0 && !places.has(id));
  if (lost.length > 0 && places.size > 0) {
    yield {
      kind: 'unknown',
      says: `AWS did not say whether ${lost.map(({ id }) => id).join(', ')} is below policy ${nameOf(policy)}`,
      fix: { text: 'try again' },
    };
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
    yield {
      kind: 'fault',
      stops,
      says: `policy ${nameOf(policy)} ${what} in ${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`,
      fix: {
        text: 'exempt root sessions; in the management account',
        run: commandLine(
          'aws',
          'organizations',
          'update-policy',
          ['--policy-id', policy.id],
          ['--content', document],
        ),
      },
      policy: { ...policy, accounts, corrected },
    };
  }
  const [first] = open;
  if (first !== undefined) {
    yield {
      kind: 'unknown',
      says: `policy ${nameOf(policy)} may deny root sessions in ${open.length} ${open.length === 1 ? 'account' : 'accounts'}: it has a condition that depends on the request`,
      fix: { text: 'try it in one of them', run: commandLine('rootsweep', 'doctor', ['--account', first]) },
    };
  }
}

function nameOf({ id, name }: ControlPolicyName): string {
  return `"${name}" (${id})`;
}
