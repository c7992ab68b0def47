import { operation } from '../operation.js';
import { accessKeyId } from './get-access-key-last-used.js';
import { authorizeRootUser, deletion, userName } from './root-user.js';

export const deleteAccessKey = operation({
  input: { UserName: userName, AccessKeyId: accessKeyId },
  run(call, { UserName, AccessKeyId: id }) {
    const account = authorizeRootUser(call, 'iam:DeleteAccessKey', UserName);
    return deletion(account, { kind: 'access-key', id }, `The Access Key with id ${id} cannot be found.`);
  },
});
