import type { IamPolicyDocument } from '../policy/document.js';
import { type AccessRequest, statementsMatch } from '../policy/evaluate.js';
import { deriveText, LOWER_ALPHANUMERIC } from '../random.js';
import type { EmulatedAccount } from './account.js';
import { ancestors, type World } from './world.js';

export interface ServiceControlPolicy {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly document: IamPolicyDocument;
}

/** The AWS managed policy that allows everything. It is attached to everything. */
export const FULL_ACCESS: ServiceControlPolicy = {
  id: 'p-FullAWSAccess',
  arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
  name: 'FullAWSAccess',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/** Creates a policy of the organization; its ARN is derived from its id. */
export function serviceControlPolicy(
  { id: organization, managementAccount }: World['organization'],
  id: string,
  document: IamPolicyDocument,
  name = id,
): ServiceControlPolicy {
  const arn = `arn:aws:organizations::${managementAccount}:policy/${organization}/service_control_policy/${id}`;
  return { id, arn, name, document };
}

/** Lists each policy once, FullAWSAccess first. A policy exists as long as it is attached to something. */
export function distinctPolicies(world: World): ServiceControlPolicy[] {
  const byId = new Map([...world.policies.values()].flat().map((policy) => [policy.id, policy]));
  return [FULL_ACCESS, ...byId.values()];
}

/** Ids of the roots, units and accounts that the policy is attached to. */
export function targetsOf(world: World, id: string): string[] {
  if (id === FULL_ACCESS.id) {
    const accounts = world.listing.flatMap((account) => (account.member ? [account.id] : []));
    return [...world.units.keys(), ...accounts];
  }
  return [...world.policies].flatMap(([target, policies]) =>
    policies.some((policy) => policy.id === id) ? [target] : [],
  );
}

export function generatePolicyId(seed: number, label: string | number): string {
  return `p-${deriveText(seed, `scp ${label}`, 8, LOWER_ALPHANUMERIC)}`;
}

/**
 * Returns the first service control policy, from the root down, that denies the request of a principal in this account.
 * The management account is never restricted. FullAWSAccess counts as attached everywhere, so only Deny statements
 * matter.
 */
export function findDenyingPolicy(
  world: World,
  account: EmulatedAccount,
  request: AccessRequest,
): ServiceControlPolicy | undefined {
  if (account.id === world.organization.managementAccount || !account.member) return undefined;
  for (const target of [...ancestors(world, account.parent), account.id]) {
    const denying = world.policies
      .get(target)
      ?.find((policy) => statementsMatch(policy.document, 'Deny', request));
    if (denying !== undefined) return denying;
  }
  return undefined;
}
