import { AwsError } from '../../aws-error.js';
import { authorize } from '../authorize.js';
import { requiredText } from '../fields.js';
import { operation } from '../operation.js';
import { noSuchEntity } from './root-user.js';

/**
 * The deletion task policy lists this action but denies it on every resource that is not a root user. The resource here
 * is the device, so a root session is always denied (inferred from the policy, not captured).
 */
export const deleteVirtualMfaDevice = operation({
  input: { SerialNumber: requiredText({ min: 9, max: 256, pattern: '[\\w+=/:,.@-]+' }) },
  run(call, { SerialNumber }) {
    authorize(call, 'iam:DeleteVirtualMFADevice', SerialNumber);
    const account = call.world.accounts.get(call.principal.account);
    if (account?.mfaDevices.some(({ serial }) => serial === SerialNumber)) {
      throw new AwsError('DeleteConflict', 409, 'MFA VirtualDevice in use. Must deactivate first.');
    }
    throw noSuchEntity(`VirtualMFADevice with serial number ${SerialNumber} doesn't exist.`);
  },
});
