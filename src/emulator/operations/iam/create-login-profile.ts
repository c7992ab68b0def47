import { AwsError } from '../../aws-error.js';
import { optionalText } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeRootUser, loginProfileUserName } from './root-user.js';

/** Lets the owner of the account's email address set a new root password. Takes no user name and no password. */
export const createLoginProfile = operation({
  input: {
    UserName: loginProfileUserName,
    Password: optionalText({ min: 1, max: 128 }),
    PasswordResetRequired: optionalText({}),
  },
  run(call, input) {
    const account = authorizeRootUser(call, 'iam:CreateLoginProfile', input.UserName);
    if (input.Password !== undefined) {
      // The service model says that the password must be omitted; the error is not documented.
      throw new AwsError(
        'ValidationError',
        400,
        'Password must be omitted when calling with an AssumeRoot session',
      );
    }
    if (account.password !== undefined) {
      throw new AwsError(
        'EntityAlreadyExists',
        409,
        `Login Profile for account ${account.id} already exists.`,
      );
    }
    return {
      output: { LoginProfile: { PasswordResetRequired: false, CreateDate: call.now } },
      effect: {
        kind: 'created',
        account: account.id,
        credential: { kind: 'password' },
        at: call.now.toISOString(),
      },
    };
  },
});
