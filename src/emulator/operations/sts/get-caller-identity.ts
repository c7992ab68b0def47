import { operation } from '../operation.js';

/** Needs no permission and works despite an explicit deny, also in a root session (not captured). */
export const getCallerIdentity = operation({
  input: {},
  run({ principal }) {
    const userId = principal.kind === 'session' ? principal.account : principal.userId;
    return { output: { UserId: userId, Account: principal.account, Arn: principal.arn } };
  },
});
