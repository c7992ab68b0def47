import { requiredText } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeRootUser, deletion, userName } from './root-user.js';

export const deactivateMfaDevice = operation({
  input: { UserName: userName, SerialNumber: requiredText({ min: 9, max: 256, pattern: '[\\w+=/:,.@-]+' }) },
  run(call, { UserName, SerialNumber: id }) {
    const account = authorizeRootUser(call, 'iam:DeactivateMFADevice', UserName);
    return deletion(account, { kind: 'mfa-device', id }, 'MFA Device invalid for user.');
  },
});
