import type { PolicyDocument } from '../policy/document.js';
import { type AccessRequest, statementsMatch } from '../policy/evaluate.js';
import type { Account } from './account.js';
import { ancestors, type World } from './world.js';

export interface ServiceControlPolicy {
  readonly id: string;
  readonly arn: string;
  readonly document: PolicyDocument;
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
