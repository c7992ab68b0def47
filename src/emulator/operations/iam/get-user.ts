import { visibleCredentials } from '../../state/credentials.js';
import { operation } from '../operation.js';
import { authorizeRootUser, userName } from './root-user.js';

/** The root user's id is the account id; it has no user name and no path. */
export const getUser = operation({
  input: { UserName: userName },
  run(call, input) {
    const account = authorizeRootUser(call, 'iam:GetUser', input.UserName);
    // Uses the visible state, so that GetUser and GetLoginProfile agree.
    const lastUsed = visibleCredentials(account, call.now).password?.lastUsed;
    return {
      output: {
        User: {
          PasswordLastUsed: lastUsed === undefined ? undefined : new Date(lastUsed),
          Arn: `arn:aws:iam::${account.id}:root`,
          UserId: account.id,
          CreateDate: new Date(account.joined),
        },
      },
    };
  },
});
