import { operation } from '../operation.js';
import { enableFeature } from './organization-features.js';

export const enableOrganizationsRootCredentialsManagement = operation({
  input: {},
  run(call) {
    return enableFeature(
      call,
      'iam:EnableOrganizationsRootCredentialsManagement',
      'RootCredentialsManagement',
    );
  },
});
