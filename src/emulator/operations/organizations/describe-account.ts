import { AwsError } from '../../aws-error.js';
import { findMember } from '../../state/world.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { describeMember } from './describe-entities.js';
import { accountId } from './ids.js';

export const describeAccount = operation({
  input: { AccountId: accountId },
  account: (input) => input.AccountId,
  run(call, input) {
    authorizeOrganizations(call, 'DescribeAccount', 'administrators');
    const account = findMember(call.world, input.AccountId);
    if (account === undefined) {
      throw new AwsError('AccountNotFoundException', 400, "You specified an account that doesn't exist.");
    }
    return { output: { Account: describeMember(call.world, account) } };
  },
});
