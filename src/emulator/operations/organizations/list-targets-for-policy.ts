import { targetsOf } from '../../state/service-control-policy.js';
import type { World } from '../../state/world.js';
import type { Structure } from '../../wire/value.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { organizationsArn } from './describe-entities.js';
import { maxResults, nextToken, pageResult } from './page.js';
import { findPolicy, policyId } from './policies.js';

/** Lists direct targets only, not what inherits the policy. */
export const listTargetsForPolicy = operation({
  input: { PolicyId: policyId, NextToken: nextToken, MaxResults: maxResults },
  run(call, input) {
    authorizeOrganizations(call, 'ListTargetsForPolicy', 'administrators');
    const { id } = findPolicy(call.world, input.PolicyId);
    return pageResult(
      call,
      `ListTargetsForPolicy ${id}`,
      'Targets',
      targetsOf(call.world, id),
      input,
      (target) => describeTarget(call.world, target),
    );
  },
});

function describeTarget(world: World, id: string): Structure {
  const account = world.accounts.get(id);
  const [type, arnType] =
    account !== undefined
      ? (['ACCOUNT', 'account'] as const)
      : id.startsWith('r-')
        ? (['ROOT', 'root'] as const)
        : (['ORGANIZATIONAL_UNIT', 'ou'] as const);
  return {
    TargetId: id,
    Arn: organizationsArn(world, arnType, id),
    Name: account?.name ?? world.units.get(id)?.name,
    Type: type,
  };
}
