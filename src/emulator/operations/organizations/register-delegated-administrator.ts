import { AwsError } from '../../aws-error.js';
import { findMember, isDelegatedAdministrator } from '../../state/world.js';
import { requiredText } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { accountId, accountOf, servicePrincipal } from './ids.js';

/** The answer has no body. Error codes are from the API reference; their texts are not documented. */
export const registerDelegatedAdministrator = operation({
  input: { AccountId: accountId, ServicePrincipal: requiredText(servicePrincipal) },
  account: (input) => accountOf(input.AccountId),
  run(call, input) {
    authorizeOrganizations(call, 'RegisterDelegatedAdministrator', 'management');
    const { world, now } = call;
    const { AccountId: account, ServicePrincipal: principal } = input;
    if (findMember(world, account) === undefined) {
      throw new AwsError('AccountNotFoundException', 400, "You specified an account that doesn't exist.");
    }
    if (account === world.organization.managementAccount) {
      throw new AwsError(
        'ConstraintViolationException',
        400,
        'You cannot register the management account as a delegated administrator.',
        { Reason: 'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR' },
      );
    }
    if (isDelegatedAdministrator(world, account, principal)) {
      throw new AwsError(
        'AccountAlreadyRegisteredException',
        400,
        'The provided account is already a delegated administrator for your organization.',
      );
    }
    const delegate = { account, servicePrincipal: principal, since: now.toISOString() };
    return { effect: { kind: 'delegate-registered', delegate } };
  },
});
