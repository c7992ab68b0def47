/**
 * Plans for accounts that the user names: lets them recover their root password, or unlocks a bucket or a queue. An
 * account in which nothing may or need be done is refused, and one that could not be observed is an error: nothing is
 * planned in either (promises 4 and 5).
 */

import { maskEmail } from '../core/account/masked-email.js';
import type { Account, Organization } from '../core/account/organization.js';
import type { UnlockAction } from '../core/action/action.js';
import { MOST_NAMED } from '../core/action/plan-kind.js';
import { type ResourceName, resourceOf } from '../core/action/resource-name.js';
import { isResult } from '../core/action/standing.js';
import { quoteVisibly } from '../core/base/text.js';
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
import { entryFacts, planHeader } from './plan.js';
import { type OrganizationReader, type ResourceAccess, type RootAccess, RootAccessFailure } from './ports.js';
import { withUnitPath } from './unit-path.js';

/** An account that the user named, and what a plan records of it. */
export interface NamedAccount {
  readonly id: string;
  readonly email: string;
  readonly facts: EntryFacts;
}

/**
 * Before AWS is called.
 * @throws RootsweepError RECOVERY_REFUSED
 */
export function checkNamed(named: readonly string[]): void {
  if (named.some((name) => name.toLowerCase() === 'all')) {
    throw new RootsweepError('RECOVERY_REFUSED', 'all accounts cannot be named at once', {
      hint: `name the accounts that need it, at most ${MOST_NAMED}, by id or by name`,
    });
  }
  const { size } = new Set(named);
  if (size <= MOST_NAMED) return;
  throw new RootsweepError(
    'RECOVERY_REFUSED',
    `${size} accounts are named, and one such plan holds at most ${MOST_NAMED}`,
    { hint: 'plan for the most urgent ones first; each plan is reviewed and applied by itself' },
  );
}

/**
 * Reads the accounts from Organizations. No root session is opened before all of them have passed.
 * @param named ids or names, as the user gave them.
 * @returns each once, by id.
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
  const refuse = (message: string, hint: string) => new RootsweepError('RECOVERY_REFUSED', message, { hint });
  const account = await (/^\d{12}$/.test(named) ? reader.account(named) : findAccount(reader, named));
  if (account === undefined) {
    throw refuse(
      `account "${named}" is not in organization "${organization}"`,
      'check the id; to see all accounts, run: aws organizations list-accounts',
    );
  }
  const { id, state } = account;
  if (id === managementAccount) {
    throw refuse(
      `account "${id}" is the management account, in which no root session can be opened`,
      'its root user is recovered on the sign-in page of AWS alone, with the email address of the account',
    );
  }
  if (state !== 'ACTIVE') {
    throw refuse(
      `account "${id}" is "${state}", and only active accounts can be changed`,
      'an account that is suspended or closed is reopened with AWS Support first',
    );
  }
  return account;
}

/**
 * Lets the accounts recover a root password. They are observed in a session that can change nothing.
 * @param planId with which digests of email addresses are salted.
 * @param onKept called for an account without a password that has MFA devices.
 * @throws RootsweepError RECOVERY_REFUSED where an account has one; RootAccessFailure, whose message names the account.
 */
export async function planRecovery(
  access: RootAccess,
  accounts: readonly NamedAccount[],
  planId: string,
  onKept: (account: string, devices: number) => void,
): Promise<NamedEntry[]> {
  const entries: NamedEntry[] = [];
  for (const { id, email, facts } of accounts) {
    const credentials = await look(id, facts, async () => (await access.open(id, 'audit')).list());
    const password = credentials.find(({ kind }) => kind === 'password');
    if (password !== undefined) {
      throw new RootsweepError(
        'RECOVERY_REFUSED',
        `account "${id}" has a root password already, of ${password.created}`,
        {
          hint: 'whoever has lost it sets another one on the sign-in page of AWS: "Forgot password?", with the email address of the account',
        },
      );
    }
    const devices = credentials.filter(({ kind }) => kind === 'mfa-device').length;
    if (devices > 0) onKept(id, devices);
    entries.push({
      id,
      decision: 'recover',
      rule: NAMED_RULE,
      ...facts,
      // The owner of the address can set the password: another address is drift.
      email: maskEmail(email, id, planId),
      findings: [],
      actions: [{ kind: 'allow-password-recovery' }],
    });
  }
  return entries;
}

/** Of a bucket or a queue that does not exist. */
const MISSING: Readonly<Record<ResourceName['kind'], { readonly where: string; readonly hint: string }>> = {
  bucket: { where: '', hint: 'check the name, and whose bucket it is' },
  queue: {
    where: ' in the region that was asked',
    hint: 'check the name and the account, and pass the region of the queue with --region',
  },
};

/**
 * Deletes, or replaces, the policy of a bucket or a queue as it is now.
 * @param replacement what takes its place; undefined where it is to be deleted.
 * @throws RootsweepError RECOVERY_REFUSED where there is nothing to unlock; RootAccessFailure, whose message names the
 * account.
 */
export async function planUnlocking(
  access: ResourceAccess,
  { id, facts }: NamedAccount,
  resource: ResourceName,
  replacement: string | undefined,
  { organization: { id: organization, partition }, policy }: UnlockContext,
): Promise<NamedEntry> {
  const { kind, name } = resource;
  const refuse = (message: string, hint: string) => new RootsweepError('RECOVERY_REFUSED', message, { hint });
  const found = await look(id, facts, async () => {
    const answer = await access.open(id, resource);
    return answer.kind === 'missing'
      ? undefined
      : { region: answer.session.region, document: (await answer.session.read()).policy };
  });
  if (found === undefined) {
    throw refuse(`account "${id}" has no ${kind} "${name}"${MISSING[kind].where}`, MISSING[kind].hint);
  }
  const { region, document } = found;
  if (document === undefined) {
    throw refuse(
      `${kind} "${name}" of account "${id}" has no policy`,
      'something else denies the access: look at service control policies, IAM policies and boundaries',
    );
  }
  const action: UnlockAction = {
    kind: `unlock-${kind}`,
    name,
    region,
    document,
    ...(replacement === undefined ? {} : { replacement }),
  };
  if (isResult(action, document)) {
    throw refuse(
      `the replacement says what the policy of ${kind} "${name}" says already`,
      'pass another one, or none to delete the policy',
    );
  }
  const findings = findUnlockFindings(action, { account: id, organization, partition }).map(
    ({ code, message }) => ({ code, severity: policy.findings.severity[code], message }),
  );
  return { id, decision: 'unlock', rule: NAMED_RULE, ...facts, findings, actions: [action] };
}

export interface UnlockContext {
  readonly organization: Organization;
  /** Says what the findings weigh. */
  readonly policy: Pick<Policy, 'findings'>;
}

/**
 * The entries that a plan's accounts yield now, for a witness.
 * @throws what planning them throws.
 */
export async function planNamedAgain(
  { id: planId, accounts }: Plan,
  reader: OrganizationReader,
  access: { readonly root: RootAccess; readonly resources: ResourceAccess },
  context: UnlockContext,
): Promise<NamedEntry[]> {
  const planned = accounts.filter(isNamedEntry);
  const ids = planned.map(({ id }) => id);
  const named = await readNamed(reader, ids, context.organization);
  const entries: NamedEntry[] = [];
  for (const account of named) {
    const [action] = planned.find(({ id }) => id === account.id)?.actions ?? [];
    switch (action?.kind) {
      case undefined:
        break;
      case 'allow-password-recovery':
        entries.push(...(await planRecovery(access.root, [account], planId, () => undefined)));
        break;
      case 'unlock-bucket':
      case 'unlock-queue': {
        const { replacement } = action;
        entries.push(
          await planUnlocking(access.resources, account, resourceOf(action), replacement, context),
        );
      }
    }
  }
  return entries;
}

/** The error names the account: there may be several. */
export async function look<T>(id: string, { name }: EntryFacts, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RootAccessFailure)) throw error;
    throw new RootAccessFailure(
      error.unknownCause,
      `account "${id}" (${quoteVisibly(name)}) could not be looked at: ${error.message}`,
      { cause: error },
    );
  }
}

/** An account that has lost its access must not wait: of the policy's times, only the expiry applies. */
export function namedHeader(of: Parameters<typeof planHeader>[0]): Omit<PlanHeader, 'notBefore'> {
  const { notBefore: _, ...header } = planHeader(of);
  return header;
}
