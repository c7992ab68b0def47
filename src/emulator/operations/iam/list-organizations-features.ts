import { operation } from '../operation.js';
import { authorizeReading, describeFeatures } from './organization-features.js';

export const listOrganizationsFeatures = operation({
  input: {},
  run(call) {
    authorizeReading(call, 'iam:ListOrganizationsFeatures');
    return { output: describeFeatures(call.world, call.world.features) };
  },
});
