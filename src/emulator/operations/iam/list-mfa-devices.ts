import { operation } from '../operation.js';
import { takePage } from './page.js';
import { marker, maxItems, readRootUser, userName } from './root-user.js';

export const listMfaDevices = operation({
  input: { UserName: userName, Marker: marker, MaxItems: maxItems },
  run(call, input) {
    const { mfaDevices } = readRootUser(call, 'iam:ListMFADevices', input.UserName);
    const page = takePage(mfaDevices, input);
    return {
      output: {
        // AWS does not document whether root's devices have a UserName; here they have none.
        MFADevices: page.items.map((device) => ({
          SerialNumber: device.serial,
          EnableDate: new Date(device.enabled),
        })),
        IsTruncated: page.truncated,
        Marker: page.marker,
      },
    };
  },
});
