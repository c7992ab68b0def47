import { operation } from '../operation.js';
import { loginProfileUserName, noSuchEntity, readRootUser } from './root-user.js';

/** The root user's password. AWS writes `null` in the error because root has no user name. */
export const getLoginProfile = operation({
  input: { UserName: loginProfileUserName },
  run(call, input) {
    const { password } = readRootUser(call, 'iam:GetLoginProfile', input.UserName);
    if (password === undefined) throw noSuchEntity('Login Profile for User null cannot be found.');
    return {
      output: { LoginProfile: { PasswordResetRequired: false, CreateDate: new Date(password.created) } },
    };
  },
});
