/** Reads the organization again before anything is deleted: everything that needs no root session. */
import { compareOrganization, type OrganizationChanges } from '../core/plan/organization-check.js';
import type { Plan } from '../core/plan/plan.js';
import type { Policy } from '../core/policy/policy.js';
import { workOnEachAccount } from './each-account.js';
import type { OrganizationReader } from './ports.js';
import { openScoping } from './scoping.js';
import type { SurveyEvent } from './survey.js';

export interface RecheckOptions {
  /** Accounts of which facts are read at the same time. */
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly onEvent: (event: Extract<SurveyEvent, { type: 'accounts-listed' | 'tags-read' }>) => void;
}

/** @throws what `compareOrganization` throws, and RootsweepError where Organizations does not answer. */
export async function recheckOrganization(
  reader: OrganizationReader,
  plan: Plan,
  policy: Policy,
  { concurrency, stop, onEvent }: RecheckOptions,
): Promise<OrganizationChanges> {
  // As of the plan's time: what has ended since then is for the checks of waivers and of expiry.
  const scoping = openScoping(reader, policy, plan, new Date(plan.created));
  const accounts = await workOnEachAccount(
    reader.accounts(),
    async (account) => ({ account, scope: (await scoping.resolve(account)).scope }),
    { concurrency, stop, interrupted: 'interrupted; nothing was deleted', onListed: onEvent },
  );
  const unmatched = await scoping.findUnmatched((read, of) =>
    onEvent({ type: 'tags-read', accounts: read, of }),
  );
  return compareOrganization(plan, policy, { accounts, unmatched });
}
