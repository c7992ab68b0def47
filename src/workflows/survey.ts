/**
 * Reads an organization: every account, the rule that decides about it, and its root credentials. Audits start with the
 * first page of accounts. Decides and changes nothing.
 */
import type { Account, Organization } from '../core/account/organization.js';
import type { Observation } from '../core/action/credentials.js';
import type { Policy, Rule } from '../core/policy/policy.js';
import { workOnEachAccount } from './each-account.js';
import { type OrganizationReader, type RootAccess, RootAccessFailure } from './ports.js';
import { openScoping, type ScopedAccount } from './scoping.js';
import { withUnitPath } from './unit-path.js';

export interface SurveyedAccount extends ScopedAccount {
  /** Absent if the scope excludes the account from the audit. */
  readonly observation?: Observation;
}

export interface Survey {
  readonly accounts: readonly SurveyedAccount[];
  /** Rules of the policy that match no account. */
  readonly unmatched: readonly Rule[];
}

export type SurveyEvent =
  | { readonly type: 'accounts-listed'; readonly accounts: number; readonly complete: boolean }
  | { readonly type: 'account-audited'; readonly account: Account; readonly observation: Observation }
  /** The account is not audited. */
  | { readonly type: 'account-left-out'; readonly account: Account }
  /** After the last account: tags were read to find rules that match no account; `of` at most. */
  | { readonly type: 'tags-read'; readonly accounts: number; readonly of: number };

export interface SurveyOptions {
  /** Every account, page by page. */
  readonly accounts: AsyncIterable<readonly Account[]>;
  readonly policy: Pick<Policy, 'include' | 'exclude'>;
  readonly organization: Organization;
  readonly today: Date;
  /** How many accounts are audited at the same time. */
  readonly concurrency: number;
  /** List the four kinds even if AWS's summary reports none. */
  readonly deep: boolean;
  /** Read the OU path of every account, not only of those that are not clean. */
  readonly allPaths: boolean;
  /** Once aborted, no further account is audited. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: SurveyEvent) => void;
}

export async function surveyOrganization(
  reader: OrganizationReader,
  access: RootAccess,
  { accounts: pages, policy, organization, today, concurrency, deep, allPaths, stop, onEvent }: SurveyOptions,
): Promise<Survey> {
  const scoping = openScoping(reader, policy, organization, today);

  async function survey(account: Account): Promise<SurveyedAccount> {
    const { facts, scope } = await scoping.resolve(account);
    if (scope.kind !== 'included') {
      const placed = await withUnitPath(reader, facts);
      onEvent({ type: 'account-left-out', account });
      return { facts: placed, scope };
    }
    const observation = await observe(access, account.id, deep);
    onEvent({ type: 'account-audited', account, observation });
    // A clean entry of a plan holds no OU path.
    const isClean = observation.kind === 'audited' && observation.credentials.length === 0;
    return { facts: isClean && !allPaths ? facts : await withUnitPath(reader, facts), scope, observation };
  }

  const surveyed = await workOnEachAccount(pages, survey, {
    concurrency,
    stop,
    interrupted: 'interrupted; nothing was written',
    onListed: onEvent,
  });
  const unmatched = await scoping.findUnmatched((accounts, of) =>
    onEvent({ type: 'tags-read', accounts, of }),
  );
  return { accounts: surveyed, unmatched };
}

/** Audits one account. A failed call makes it `unknown`, never empty (promise 4). */
export async function observe(access: RootAccess, account: string, deep: boolean): Promise<Observation> {
  try {
    const session = await access.open(account, 'audit');
    if (!deep && !(await session.holdsAny())) return { kind: 'audited', by: 'summary', credentials: [] };
    return { kind: 'audited', by: 'listing', credentials: await session.list() };
  } catch (error) {
    if (!(error instanceof RootAccessFailure)) throw error;
    return { kind: 'unknown', cause: error.unknownCause, message: error.message };
  }
}
