import { assumeRootOperation } from './assume-root.js';
import { getCallerIdentity } from './get-caller-identity.js';

export const STS_OPERATIONS = {
  AssumeRoot: assumeRootOperation,
  GetCallerIdentity: getCallerIdentity,
};
