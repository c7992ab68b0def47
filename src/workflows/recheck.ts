/** Reads the organization again before anything is deleted: everything that needs no root session. */
import pLimit from 'p-limit';
import type { Account } from '../core/organization.js';
import {
  compareOrganization,
  type OrganizationChanges,
  type OrganizationNow,
} from '../core/organization-check.js';
import type { Plan } from '../core/plan.js';
import type { Policy } from '../core/policy.js';
import { checkStop } from '../core/stop.js';
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
  const limit = pLimit(concurrency);
  const found = new Map<string, Promise<OrganizationNow['accounts'][number]>>();
  const scope = async (account: Account) => {
    checkStop(stop, 'interrupted; nothing was deleted');
    return { account, scope: (await scoping.resolve(account)).scope };
  };
  try {
    for await (const page of reader.accounts()) {
      checkStop(stop, 'interrupted; nothing was deleted');
      for (const account of page) {
        if (found.has(account.id)) continue;
        const task = limit(scope, account);
        // Awaited below; until then a failure must not count as unhandled.
        task.catch(() => undefined);
        found.set(account.id, task);
      }
      onEvent({ type: 'accounts-listed', accounts: found.size, complete: false });
    }
    onEvent({ type: 'accounts-listed', accounts: found.size, complete: true });
    const accounts = await Promise.all(found.values());
    const unmatched = await scoping.findUnmatched((read, of) =>
      onEvent({ type: 'tags-read', accounts: read, of }),
    );
    return compareOrganization(plan, policy, { accounts, unmatched });
  } catch (error) {
    limit.clearQueue();
    throw error;
  }
}
