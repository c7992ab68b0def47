import { operation } from '../operation.js';
import { takePage } from './page.js';
import { marker, maxItems, readRootUser, userName } from './root-user.js';

/** In a root session it works without a user name, although the documentation asks for one. */
export const listAccessKeys = operation({
  input: { UserName: userName, Marker: marker, MaxItems: maxItems },
  run(call, input) {
    const { accessKeys } = readRootUser(call, 'iam:ListAccessKeys', input.UserName);
    const page = takePage(accessKeys, input);
    return {
      output: {
        IsTruncated: page.truncated,
        // Whether root's keys carry a UserName is not documented; root has none.
        AccessKeyMetadata: page.items.map((key) => ({
          AccessKeyId: key.id,
          Status: key.status,
          CreateDate: new Date(key.created),
        })),
        Marker: page.marker,
      },
    };
  },
});
