/**
 * Plans the opposite of a sweep, for accounts that somebody names. What must not or need not have a remedy is refused,
 * and what could not be looked at is unknown: nothing is planned in either (promises 4 and 5).
 */
import { judgeLock, warnOfLock } from '../core/locked-policy.js';
import { maskEmail } from '../core/masked-email.js';
import type { Account, Organization } from '../core/organization.js';
import type { EntryFacts, PlanHeader } from '../core/plan.js';
import { isRemedied, MOST_ACCOUNTS, type RemedyEntry, type RemedyPlan } from '../core/remedy.js';
import { type ResourceName, resourceOf } from '../core/resource-name.js';
import { quoteVisibly } from '../core/text.js';
import { RootsweepError } from '../errors.js';
import { findAccount } from './explain.js';
import { entryFacts, planHeader } from './plan.js';
import { type OrganizationReader, type ResourceAccess, type RootAccess, RootAccessFailure } from './ports.js';
import { withUnitPath } from './unit-path.js';

/** An account that may have a remedy, and what a plan records of it. */
export interface NamedAccount {
  readonly id: string;
  readonly email: string;
  readonly facts: EntryFacts;
}

/**
 * Before anybody is asked.
 * @throws RootsweepError REMEDY_REFUSED
 */
export function checkNamed(named: readonly string[]): void {
  if (named.some((name) => name.toLowerCase() === 'all')) {
    throw new RootsweepError('REMEDY_REFUSED', 'no remedy is planned for all accounts', {
      hint: `name the accounts that need it, at most ${MOST_ACCOUNTS}, by id or by name`,
    });
  }
  const { size } = new Set(named);
  if (size <= MOST_ACCOUNTS) return;
  throw new RootsweepError(
    'REMEDY_REFUSED',
    `${size} accounts are named, and one plan of remedies holds at most ${MOST_ACCOUNTS}`,
    { hint: 'plan for the most urgent ones first; each plan is reviewed and applied by itself' },
  );
}

/**
 * Reads the accounts from Organizations. No root session is opened before all of them may have a remedy.
 * @param named ids or names, as the user gave them.
 * @returns each once, by id.
 * @throws RootsweepError REMEDY_REFUSED, ACCOUNT_NOT_FOUND, ACCOUNT_AMBIGUOUS
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
  const refuse = (message: string, hint: string) => new RootsweepError('REMEDY_REFUSED', message, { hint });
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
      `account "${id}" is "${state}", and remedies are for active accounts`,
      'an account that is suspended or closed is reopened with AWS Support first',
    );
  }
  return account;
}

/**
 * What lets the accounts recover a root password: looked for in a session that can only look.
 * @param planId with which digests of email addresses are salted.
 * @param onKept told of the MFA devices that an account without a password has kept.
 * @throws RootsweepError REMEDY_REFUSED where an account has one; RootAccessFailure, whose message names the account.
 */
export async function planRecovery(
  access: RootAccess,
  accounts: readonly NamedAccount[],
  planId: string,
  onKept: (account: string, devices: number) => void,
): Promise<RemedyEntry[]> {
  const entries: RemedyEntry[] = [];
  for (const { id, email, facts } of accounts) {
    const credentials = await look(id, facts, async () => (await access.open(id, 'audit')).list());
    const password = credentials.find(({ kind }) => kind === 'password');
    if (password !== undefined) {
      throw new RootsweepError(
        'REMEDY_REFUSED',
        `account "${id}" has a root password already, of ${password.created}`,
        {
          hint: 'whoever has lost it sets another one on the sign-in page of AWS: "Forgot password?", with the email address of the account',
        },
      );
    }
    const devices = credentials.filter(({ kind }) => kind === 'mfa-device').length;
    if (devices > 0) onKept(id, devices);
    // Who owns the address can set the password: another address by then is drift.
    const masked = maskEmail(email, id, planId);
    entries.push({ id, ...facts, email: masked, remedy: { kind: 'allow-password-recovery' } });
  }
  return entries;
}

/** What is said of a bucket or a queue that is not there. */
const MISSING: Readonly<Record<ResourceName['kind'], { readonly where: string; readonly hint: string }>> = {
  bucket: { where: '', hint: 'check the name, and whose bucket it is' },
  queue: {
    where: ' in the region that was asked',
    hint: 'check the name and the account, and pass the region of the queue with --region',
  },
};

/**
 * What deletes, or replaces, the policy of a bucket or a queue as it stands there now.
 * @param replacement what takes its place; undefined where it is to be deleted.
 * @throws RootsweepError REMEDY_REFUSED where there is nothing to unlock; RootAccessFailure, whose message names the
 * account.
 */
export async function planUnlocking(
  access: ResourceAccess,
  { id, facts }: NamedAccount,
  resource: ResourceName,
  replacement: string | undefined,
  { id: organization, partition }: Organization,
): Promise<RemedyEntry> {
  const { kind, name } = resource;
  const refuse = (message: string, hint: string) => new RootsweepError('REMEDY_REFUSED', message, { hint });
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
  const remedy = {
    kind: `unlock-${kind}`,
    name,
    region,
    document,
    ...(replacement === undefined ? {} : { replacement }),
  } as const;
  if (isRemedied(remedy, document)) {
    throw refuse(
      `the replacement says what the policy of ${kind} "${name}" says already`,
      'pass another one, or none to delete the policy',
    );
  }
  const warning = warnOfLock(judgeLock(remedy, { account: id, organization, partition }));
  return { id, ...facts, remedy: warning === undefined ? remedy : { ...remedy, warning } };
}

/**
 * The entries that a plan's accounts give now, for a witness.
 * @throws what planning them throws.
 */
export async function planAgain(
  { id: planId, remedy: kind, accounts: planned }: RemedyPlan,
  reader: OrganizationReader,
  access: { readonly root: RootAccess; readonly resources: ResourceAccess },
  organization: Organization,
): Promise<RemedyEntry[]> {
  const ids = planned.map(({ id }) => id);
  const accounts = await readNamed(reader, ids, organization);
  switch (kind) {
    case 'allow-password-recovery':
      return planRecovery(access.root, accounts, planId, () => undefined);
    case 'unlock-bucket':
    case 'unlock-queue': {
      const remedies = new Map(planned.map(({ id, remedy }) => [id, remedy]));
      const entries: RemedyEntry[] = [];
      for (const account of accounts) {
        const remedy = remedies.get(account.id);
        // Every remedy of a plan is of the plan's kind (`findRemedyFault`).
        if (remedy?.kind !== kind) continue;
        const { replacement } = remedy;
        const resource = resourceOf(remedy);
        entries.push(await planUnlocking(access.resources, account, resource, replacement, organization));
      }
      return entries;
    }
  }
}

/** The account that could not be looked at is named: there may be several. */
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

/** A way back in must not wait: of the policy's times, only that of expiry holds. */
export function remedyHeader(of: Parameters<typeof planHeader>[0]): Omit<PlanHeader, 'notBefore'> {
  const { notBefore: _, ...header } = planHeader(of);
  return header;
}
