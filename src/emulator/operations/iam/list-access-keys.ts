import { operation } from '../operation.js';
import { takePage } from './page.js';
import { marker, maxItems, readRootUser, userName } from './root-user.js';

/** Works without a user name in a root session, although AWS documents it as required. */
export const listAccessKeys = operation({
  input: { UserName: userName, Marker: marker, MaxItems: maxItems },
  run(call, input) {
    const { accessKeys } = readRootUser(call, 'iam:ListAccessKeys', input.UserName);
    const page = takePage(accessKeys, input);
    return {
      output: {
        IsTruncated: page.truncated,
        // AWS does not document whether root's keys have a UserName; here they have none.
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
