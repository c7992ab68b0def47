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
        // Whether root's devices carry a UserName is not documented; root has none.
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
