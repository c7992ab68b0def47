import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { describeWhole, findPolicy, policyId } from './policies.js';

export const describePolicy = operation({
  input: { PolicyId: policyId },
  run(call, input) {
    authorizeOrganizations(call, 'DescribePolicy', 'administrators');
    return { output: describeWhole(findPolicy(call.world, input.PolicyId)) };
  },
});
