import type { PolicyDocument } from '../policy/document.js';
import { type AccessRequest, statementsMatch } from '../policy/evaluate.js';
import { deriveText, LOWER_ALPHANUMERIC } from '../random.js';
import type { Account } from './account.js';
import { ancestors, type World } from './world.js';

export interface ServiceControlPolicy {
  readonly id: string;
  readonly arn: string;
  readonly document: PolicyDocument;
}

/** A policy of the organization, whose ARN follows from its id. */
export function serviceControlPolicy(
  { id: organization, managementAccount }: World['organization'],
  id: string,
  document: PolicyDocument,
): ServiceControlPolicy {
  const arn = `arn:aws:organizations::${managementAccount}:policy/${organization}/service_control_policy/${id}`;
  return { id, arn, document };
}

export function madeUpPolicyId(seed: number, label: string | number): string {
  return `p-${deriveText(seed, `scp ${label}`, 8, LOWER_ALPHANUMERIC)}`;
}

/**
 * The first service control policy that denies a request of a principal in this account, from the root down.
 * The management account is never restricted. FullAWSAccess counts as attached everywhere, so that only Deny
 * statements matter.
 */
export function findDenyingPolicy(
  world: World,
  account: Account,
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
