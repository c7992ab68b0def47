import { AwsError } from '../../aws-error.js';
import {
  distinctPolicies,
  FULL_ACCESS,
  type ServiceControlPolicy,
} from '../../state/service-control-policy.js';
import type { World } from '../../state/world.js';
import type { Structure } from '../../wire/value.js';
import { requiredText } from '../fields.js';

/** Ids and descriptions of policies. The emulator has service control policies only. */

export const policyId = requiredText({ max: 130, pattern: 'p-[0-9a-zA-Z_]{8,128}' });

/** Throws PolicyNotFoundException. */
export function findPolicy(world: World, id: string): ServiceControlPolicy {
  const policy = distinctPolicies(world).find((candidate) => candidate.id === id);
  if (policy === undefined) {
    throw new AwsError('PolicyNotFoundException', 400, "You specified a policy that doesn't exist.");
  }
  return policy;
}

export function describeSummary({ id, arn, name }: ServiceControlPolicy): Structure {
  const isAwsManaged = id === FULL_ACCESS.id;
  return {
    Id: id,
    Arn: arn,
    Name: name,
    Description: isAwsManaged ? 'Allows access to every operation' : '',
    Type: 'SERVICE_CONTROL_POLICY',
    AwsManaged: isAwsManaged,
  };
}

/** Includes the content, which lists omit. */
export function describeWhole(policy: ServiceControlPolicy): Structure {
  return { Policy: { PolicySummary: describeSummary(policy), Content: JSON.stringify(policy.document) } };
}
