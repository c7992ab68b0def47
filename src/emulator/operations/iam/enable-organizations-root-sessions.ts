import { operation } from '../operation.js';
import { enableFeature } from './organization-features.js';

export const enableOrganizationsRootSessions = operation({
  input: {},
  run(call) {
    return enableFeature(call, 'iam:EnableOrganizationsRootSessions', 'RootSessions');
  },
});
