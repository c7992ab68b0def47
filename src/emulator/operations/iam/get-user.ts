import { operation } from '../operation.js';
import { authorizeRootUser, userName } from './root-user.js';

/** The root user has an account id for a user id, and neither user name nor path. */
export const getUser = operation({
  input: { UserName: userName },
  run(call, input) {
    const account = authorizeRootUser(call, 'iam:GetUser', input.UserName);
    const lastUsed = account.password?.lastUsed;
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
