import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { organizationsArn } from './describe-entities.js';

/** Callable from any account of the organization. The management account is still called master on the wire. */
export const describeOrganization = operation({
  input: {},
  run(call) {
    authorizeOrganizations(call, 'DescribeOrganization', 'members');
    const { id, featureSet, managementAccount } = call.world.organization;
    return {
      output: {
        Organization: {
          Id: id,
          Arn: `arn:aws:organizations::${managementAccount}:organization/${id}`,
          FeatureSet: featureSet,
          MasterAccountArn: organizationsArn(call.world, 'account', managementAccount),
          MasterAccountId: managementAccount,
          MasterAccountEmail: call.world.accounts.get(managementAccount)?.email,
          AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
        },
      },
    };
  },
});
