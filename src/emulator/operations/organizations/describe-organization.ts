import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { organizationsArn } from './describe-entities.js';

/** Any account of the organization may call it. The API still uses "Master" for the management account. */
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
