import { operation } from '../operation.js';
import { loginProfileUserName, noSuchEntity, readRootUser } from './root-user.js';

/** The password of the root user. `null` in the refusal is what AWS writes for the user name root does not have. */
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
