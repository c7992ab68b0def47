/**
 * Looks at an organization: every account, which rule of the policy is about it, and what root credentials it
 * holds. Auditing starts with the first page of accounts. Nothing is decided here, and nothing is changed.
 */

import type { Account, Organization } from '../core/account/organization.js';
import type { Observation } from '../core/action/credentials.js';
import type { Policy, Rule } from '../core/policy/policy.js';
import { workOnEachAccount } from './each-account.js';
import { type OrganizationReader, type RootAccess, RootAccessFailure } from './ports.js';
import { openScoping, type ScopedAccount } from './scoping.js';
import { withUnitPath } from './unit-path.js';

export interface SurveyedAccount extends ScopedAccount {
  /** Absent where the scope says that the account is not to be audited. */
  readonly observation?: Observation;
}

export interface Survey {
  readonly accounts: readonly SurveyedAccount[];
  /** Rules of the policy that match no account at all. */
  readonly unmatched: readonly Rule[];
}

export type SurveyEvent =
  | { readonly type: 'accounts-listed'; readonly accounts: number; readonly complete: boolean }
  | { readonly type: 'account-audited'; readonly account: Account; readonly observation: Observation }
  /** It is not to be audited. */
  | { readonly type: 'account-left-out'; readonly account: Account }
  /** After the last account: tags were read to find out whether a rule matches any account; `of` at most. */
  | { readonly type: 'tags-read'; readonly accounts: number; readonly of: number };

export interface SurveyOptions {
  /** Every account, page by page. */
  readonly accounts: AsyncIterable<readonly Account[]>;
  readonly policy: Pick<Policy, 'include' | 'exclude'>;
  readonly organization: Organization;
  readonly today: Date;
  /** Accounts looked at at the same time. */
  readonly concurrency: number;
  /** List the four kinds even where AWS's summary reports none. */
  readonly deep: boolean;
  /** Read the OU names above every account, not only above those that a plan has something to say of. */
  readonly allPaths: boolean;
  /** Aborted: no further account is looked at. */
  readonly stop: AbortSignal;
  readonly onEvent: (event: SurveyEvent) => void;
}

const INTERRUPTED = 'interrupted; nothing was written';

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
    // The plan names the OU path of an account of which it has something to say.
    const clean = observation.kind === 'audited' && observation.credentials.length === 0;
    const wanted = allPaths || !clean;
    return { facts: wanted ? await withUnitPath(reader, facts) : facts, scope, observation };
  }

  const surveyed = await workOnEachAccount(pages, survey, {
    concurrency,
    stop,
    interrupted: INTERRUPTED,
    onListed: onEvent,
  });
  const unmatched = await scoping.findUnmatched((accounts, of) =>
    onEvent({ type: 'tags-read', accounts, of }),
  );
  return { accounts: surveyed, unmatched };
}

/** What one account holds. A failure of any call is `unknown`, never "nothing" (promise 4). */
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
