import { operation } from '../operation.js';
import { authorizeRootUser, deletion, loginProfileUserName } from './root-user.js';

export const deleteLoginProfile = operation({
  input: { UserName: loginProfileUserName },
  run(call, { UserName }) {
    const account = authorizeRootUser(call, 'iam:DeleteLoginProfile', UserName);
    return deletion(account, { kind: 'password' }, 'Login Profile for User null cannot be found.');
  },
});
