/** Reads only the facts of one account that the rules of a policy compare. */
import type { Account } from '../core/account/organization.js';
import { suggest } from '../core/base/suggest.js';
import { quoteVisibly } from '../core/base/text.js';
import type { Policy } from '../core/policy/policy.js';
import { type AccountFacts, compileScope, resolveScope } from '../core/policy/scope.js';
import { type ErrorCode, RootsweepError } from '../errors.js';
import type { OrganizationReader } from './ports.js';
import { withUnitPath } from './unit-path.js';

/** A fact that AWS refused to return, and why. */
export interface Unreadable {
  readonly what: 'tags' | 'ou';
  readonly reason: string;
}

/** Errors of a single call: the other facts can still be shown. */
const OF_ONE_CALL: readonly ErrorCode[] = ['CALLER_NOT_ALLOWED', 'AWS_FAILED'];

/**
 * The account with an id, or the only one of a name.
 * @throws RootsweepError ACCOUNT_NOT_FOUND, ACCOUNT_AMBIGUOUS
 */
export async function findAccount(reader: OrganizationReader, named: string): Promise<Account> {
  if (/^\d{12}$/.test(named)) {
    const account = await reader.account(named);
    if (account !== undefined) return account;
    throw new RootsweepError('ACCOUNT_NOT_FOUND', `the organization has no account "${named}"`, {
      hint: 'check the id; to see all accounts, run: aws organizations list-accounts',
    });
  }
  const all: Account[] = [];
  for await (const page of reader.accounts()) all.push(...page);
  const found = all.filter(({ name }) => name === named);
  const [account, another] = found;
  const quoted = quoteVisibly(named);
  if (account === undefined) {
    const names = all.map(({ name }) => name);
    const meant = suggest(named, names);
    const question = meant === undefined ? '' : `; did you mean ${quoteVisibly(meant)}?`;
    throw new RootsweepError(
      'ACCOUNT_NOT_FOUND',
      `the organization has no account called ${quoted}${question}`,
      {
        hint: 'names are compared letter by letter; or pass the account id',
      },
    );
  }
  if (another === undefined) return account;
  const ids = found.map(({ id }) => id).join(', ');
  throw new RootsweepError('ACCOUNT_AMBIGUOUS', `${found.length} accounts are called ${quoted}: ${ids}`, {
    hint: 'pass the id of the one that you mean',
  });
}

/** Reads OU names only if a rule compares them, and tags only if no other rule decides. */
export async function readFacts(
  reader: OrganizationReader,
  account: Account,
  policy: Pick<Policy, 'include' | 'exclude'>,
  { managementAccount, today }: { readonly managementAccount: string; readonly today: Date },
): Promise<{ readonly facts: AccountFacts; readonly unreadable: readonly Unreadable[] }> {
  const rules = compileScope(policy);
  const unreadable: Unreadable[] = [];
  let facts: AccountFacts = { account };
  if (rules.needsUnitNames) {
    const read = await tryTo(() => withUnitPath(reader, facts));
    if (typeof read === 'string') unreadable.push({ what: 'ou', reason: read });
    else facts = read;
  }
  if (resolveScope(rules, facts, managementAccount, today).kind === 'needs-tags') {
    const tags = await tryTo(() => reader.tags(account.id));
    if (typeof tags === 'string') unreadable.push({ what: 'tags', reason: tags });
    else facts = { ...facts, tags };
  }
  return { facts, unreadable };
}

/** @returns the value, or the message of the error. */
async function tryTo<T extends object>(read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RootsweepError && OF_ONE_CALL.includes(error.code)) return error.message;
    throw error;
  }
}
