import { AwsError } from '../../aws-error.js';
import type { EmulatedAccount, EmulatedCredentialName, RootCredentials } from '../../state/account.js';
import { findCredential, visibleCredentials } from '../../state/credentials.js';
import { authorize } from '../authorize.js';
import { optionalInteger, optionalText } from '../fields.js';
import type { Call, OperationResult } from '../operation.js';

/** Fields shared by several operations, from IAM's service model. */
export const userName = optionalText({ min: 1, max: 128, pattern: '[\\w+=,.@-]+' });
export const loginProfileUserName = optionalText({ min: 1, max: 64, pattern: '[\\w+=,.@-]+' });
export const marker = optionalText({ min: 1, max: 320, pattern: '[\\u0020-\\u00FF]+' });
export const maxItems = optionalInteger({ min: 1, max: 1000 });

/**
 * Returns the account whose root user the call is about: the caller's own, if it is root. With a user name, the
 * resource would be that user's ARN, which every task policy denies, so calls in a root session pass none.
 */
export function authorizeRootUser(call: Call, action: string, user: string | undefined): EmulatedAccount {
  const { principal, world } = call;
  const resource = user === undefined ? principal.arn : `arn:aws:iam::${principal.account}:user/${user}`;
  authorize(call, action, resource);
  if (user !== undefined) throw noSuchEntity(`The user with name ${user} cannot be found.`);
  if (!principal.arn.endsWith(':root')) {
    // AWS's answer for roles. IAM users would get their own credentials, which the emulator does not have.
    throw new AwsError(
      'ValidationError',
      400,
      'Must specify userName when calling with non-User credentials',
    );
  }
  const account = world.accounts.get(principal.account);
  if (account === undefined) throw noSuchEntity(`The account ${principal.account} cannot be found.`);
  return account;
}

/** The root credentials that reads show now. */
export function readRootUser(call: Call, action: string, user: string | undefined): RootCredentials {
  return visibleCredentials(authorizeRootUser(call, action, user), call.now);
}

/** The result of a deletion. Throws NoSuchEntity if the account has no such credential. */
export function deletion(
  account: EmulatedAccount,
  credential: EmulatedCredentialName,
  missing: string,
): OperationResult {
  if (findCredential(account, credential) === undefined) throw noSuchEntity(missing);
  return { effect: { kind: 'deleted', account: account.id, credential } };
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', 404, message);
}
