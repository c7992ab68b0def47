/** Reads the organization again before anything is deleted, without root sessions. */
import { compareOrganization, type OrganizationChanges } from '../core/plan/organization-check.js';
import type { Plan } from '../core/plan/plan.js';
import type { Policy } from '../core/policy/policy.js';
import { workOnEachAccount } from './each-account.js';
import type { OrganizationReader } from './ports.js';
import { openScoping } from './scoping.js';
import type { SurveyEvent } from './survey.js';

export interface RecheckOptions {
  /** How many accounts are read at the same time. */
  readonly concurrency: number;
  readonly stop: AbortSignal;
  readonly onEvent: (event: Extract<SurveyEvent, { type: 'accounts-listed' | 'tags-read' }>) => void;
}

/** @throws the errors of `compareOrganization`; RootsweepError if Organizations cannot be read. */
export async function recheckOrganization(
  reader: OrganizationReader,
  plan: Plan,
  policy: Policy,
  { concurrency, stop, onEvent }: RecheckOptions,
): Promise<OrganizationChanges> {
  // At the plan's time: other checks cover waivers and expiry.
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
