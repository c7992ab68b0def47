/**
 * Plans for accounts that the user names: recover their root password, or unlock a bucket or a queue. An account in which
 * no action is allowed or needed is refused, and one that cannot be observed is an error (promises 4 and 5).
 */

import { maskEmail } from '../core/account/masked-email.js';
import type { Account, Organization } from '../core/account/organization.js';
import { isUnlock, type UnlockAction } from '../core/action/action.js';
import { MOST_NAMED } from '../core/action/plan-kind.js';
import { type ResourceName, resourceOf } from '../core/action/resource-name.js';
import { isResult } from '../core/action/standing.js';
import { defined } from '../core/base/defined.js';
import { quoteVisibly } from '../core/base/text.js';
import { unreachable } from '../core/base/unreachable.js';
import { entryFacts } from '../core/plan/evaluate.js';
import {
  type EntryFacts,
  isNamedEntry,
  NAMED_RULE,
  type NamedEntry,
  type Plan,
  type PlanHeader,
} from '../core/plan/plan.js';
import { findUnlockFindings } from '../core/plan/unlock-findings.js';
import type { Policy } from '../core/policy/policy.js';
import { RootsweepError } from '../errors.js';
import { findAccount } from './explain.js';
import { planHeader } from './plan.js';
import { type OrganizationReader, type ResourceAccess, type RootAccess, RootAccessFailure } from './ports.js';
import { withUnitPath } from './unit-path.js';

/** An account that the user named, and the facts that a plan records. */
export interface NamedAccount {
  readonly id: string;
  readonly email: string;
  readonly facts: EntryFacts;
}

/**
 * Checks the number of named accounts, without AWS.
 * @throws RootsweepError RECOVERY_REFUSED
 */
export function checkNamed(named: readonly string[]): void {
  if (named.some((name) => name.toLowerCase() === 'all')) {
    const hint = `name the accounts that need it, at most ${MOST_NAMED}, by id or by name`;
    throw refusal('all accounts cannot be named at once', hint);
  }
  const { size } = new Set(named);
  if (size <= MOST_NAMED) return;
  throw refusal(
    `${size} accounts are named, and one such plan holds at most ${MOST_NAMED}`,
    'plan for the most urgent ones first; each plan is reviewed and applied by itself',
  );
}

function refusal(message: string, hint: string): RootsweepError {
  return new RootsweepError('RECOVERY_REFUSED', message, { hint });
}

/**
 * Reads the accounts from Organizations. All are checked before a root session is opened.
 * @param named ids or names, as the user gave them.
 * @returns each account once, sorted by id.
 * @throws RootsweepError RECOVERY_REFUSED, ACCOUNT_NOT_FOUND, ACCOUNT_AMBIGUOUS
 */
export async function readNamed(
  reader: OrganizationReader,
  named: readonly string[],
  organization: Organization,
): Promise<NamedAccount[]> {
  const accounts = new Map<string, Account>();
  for (const name of new Set(named)) {
    const account = await readAccount(reader, name, organization);
    accounts.set(account.id, account);
  }
  const found: NamedAccount[] = [];
  for (const account of accounts.values()) {
    const { id, email } = account;
    found.push({ id, email, facts: entryFacts(await withUnitPath(reader, { account })) });
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function readAccount(
  reader: OrganizationReader,
  named: string,
  { id: organization, managementAccount }: Organization,
): Promise<Account> {
  const account = await (/^\d{12}$/.test(named) ? reader.account(named) : findAccount(reader, named));
  if (account === undefined) {
    throw refusal(
      `account "${named}" is not in organization "${organization}"`,
      'check the id; to see all accounts, run: aws organizations list-accounts',
    );
  }
  const { id, state } = account;
  if (id === managementAccount) {
    throw refusal(
      `account "${id}" is the management account, in which no root session can be opened`,
      'its root user is recovered on the sign-in page of AWS alone, with the email address of the account',
    );
  }
  if (state !== 'ACTIVE') {
    throw refusal(
      `account "${id}" is "${state}", and only active accounts can be changed`,
      'an account that is suspended or closed is reopened with AWS Support first',
    );
  }
  return account;
}

/**
 * Lets the accounts recover a root password. They are observed in audit sessions, which can change nothing.
 * @param planId the salt of the digests of email addresses.
 * @param onKept called for an account without a password that has MFA devices.
 * @throws RootsweepError RECOVERY_REFUSED if an account has a password; RootAccessFailure, whose message names the account.
 */
export async function planRecovery(
  access: RootAccess,
  accounts: readonly NamedAccount[],
  planId: string,
  onKept: (account: string, devices: number) => void,
): Promise<NamedEntry[]> {
  const entries: NamedEntry[] = [];
  for (const { id, email, facts } of accounts) {
    const credentials = await observeNamed(id, facts, async () => (await access.open(id, 'audit')).list());
    const password = credentials.find(({ kind }) => kind === 'password');
    if (password !== undefined) {
      throw refusal(
        `account "${id}" has a root password already, of ${password.created}`,
        'whoever has lost it sets another one on the sign-in page of AWS: "Forgot password?", with the email address of the account',
      );
    }
    const devices = credentials.filter(({ kind }) => kind === 'mfa-device').length;
    if (devices > 0) onKept(id, devices);
    entries.push({
      id,
      decision: 'recover',
      rule: NAMED_RULE,
      ...facts,
      // The owner of the address can set the password, so a changed address is drift.
      email: maskEmail(email, id, planId),
      findings: [],
      actions: [{ kind: 'allow-password-recovery' }],
    });
  }
  return entries;
}

/** Words for a bucket or a queue that does not exist. */
const MISSING: Readonly<Record<ResourceName['kind'], { readonly where: string; readonly hint: string }>> = {
  bucket: { where: '', hint: 'check the name, and whose bucket it is' },
  queue: {
    where: ' in the region that was asked',
    hint: 'check the name and the account, and pass the region of the queue with --region',
  },
};

/**
 * Deletes or replaces the current policy of a bucket or a queue.
 * @throws RootsweepError RECOVERY_REFUSED if there is nothing to unlock; RootAccessFailure, whose message names the
 * account.
 */
export async function planUnlocking(
  access: ResourceAccess,
  { id, facts }: NamedAccount,
  { resource, replacement }: Unlocking,
  { organization: { id: organization, partition }, policy }: UnlockContext,
): Promise<NamedEntry> {
  const { kind, name } = resource;
  const found = await observeNamed(id, facts, async () => {
    const answer = await access.open(id, resource);
    return answer.kind === 'missing'
      ? undefined
      : { region: answer.session.region, document: (await answer.session.read()).policy };
  });
  if (found === undefined) {
    throw refusal(`account "${id}" has no ${kind} "${name}"${MISSING[kind].where}`, MISSING[kind].hint);
  }
  const { region, document } = found;
  if (document === undefined) {
    throw refusal(
      `${kind} "${name}" of account "${id}" has no policy`,
      'something else denies the access: look at service control policies, IAM policies and boundaries',
    );
  }
  const action: UnlockAction = defined({
    kind: `unlock-${kind}` as const,
    name,
    region,
    document,
    replacement,
  });
  if (isResult(action, document)) {
    throw refusal(
      `the replacement says what the policy of ${kind} "${name}" says already`,
      'pass another one, or none to delete the policy',
    );
  }
  const findings = findUnlockFindings(action, { account: id, organization, partition }).map(
    ({ code, message }) => ({ code, severity: policy.findings.severity[code], message }),
  );
  return { id, decision: 'unlock', rule: NAMED_RULE, ...facts, findings, actions: [action] };
}

export interface Unlocking {
  readonly resource: ResourceName;
  /** The new policy; undefined to delete the current one. */
  readonly replacement: string | undefined;
}

export interface UnlockContext {
  readonly organization: Organization;
  /** Sets the severities of the findings. */
  readonly policy: Pick<Policy, 'findings'>;
}

/**
 * The entries for the accounts of a plan as they are now, for a witness.
 * @throws the errors of `planRecovery` and `planUnlocking`.
 */
export async function planNamedAgain(
  { id: planId, accounts }: Plan,
  reader: OrganizationReader,
  access: { readonly root: RootAccess; readonly resources: ResourceAccess },
  context: UnlockContext,
): Promise<NamedEntry[]> {
  const actions = new Map(accounts.filter(isNamedEntry).map((entry) => [entry.id, entry.actions[0]]));
  const named = await readNamed(reader, [...actions.keys()], context.organization);
  const entries: NamedEntry[] = [];
  for (const account of named) {
    const action = actions.get(account.id);
    if (action === undefined)
      throw new Error(`account ${account.id} was read, and the plan does not name it`);
    if (isUnlock(action)) {
      const unlocking = { resource: resourceOf(action), replacement: action.replacement };
      entries.push(await planUnlocking(access.resources, account, unlocking, context));
      continue;
    }
    switch (action.kind) {
      case 'allow-password-recovery':
        entries.push(...(await planRecovery(access.root, [account], planId, () => undefined)));
        break;
      default:
        unreachable(action);
    }
  }
  return entries;
}

/** Adds the account to the message of a RootAccessFailure: there may be several accounts. */
async function observeNamed<T>(id: string, { name }: EntryFacts, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RootAccessFailure)) throw error;
    const message = `account "${id}" (${quoteVisibly(name)}) could not be looked at: ${error.message}`;
    throw new RootAccessFailure(error.unknownCause, message, { cause: error });
  }
}

/** Recovering access must not wait: only the expiry of the policy applies, not its wait. */
export function namedHeader(of: Parameters<typeof planHeader>[0]): Omit<PlanHeader, 'notBefore'> {
  const { notBefore: _, ...header } = planHeader(of);
  return header;
}
