/**
 * Compares a plan with the organization as it is now. A planner could leave out accounts, invent some, or hide a finding
 * about an exclusion that matches nothing: every decision that needs no root session is made again and compared before
 * anything is deleted (promise 13).
 */
import { RootsweepError } from '../../errors.js';
import type { Account } from '../account/organization.js';
import type { Policy, Rule } from '../policy/policy.js';
import type { Scope } from '../policy/scope.js';
import { findByScope, findUnmatched } from './evaluate.js';
import { checkLimits } from './guard.js';
import { type Entry, type Finding, findingsOf, isBlocking, type Plan } from './plan.js';

/** A list of accounts may lack one that joined less than this before, in ms. */
const JOIN_TOLERANCE = 15 * 60 * 1000;
/** How many accounts a refusal names: it stays one sentence. */
const NAMED = 5;
const LIMIT_HINT = 'plan again: the limit counts the accounts that are in the organization now';

/** The organization as it is now. */
export interface OrganizationNow {
  readonly accounts: readonly {
    readonly account: Account;
    readonly scope: Exclude<Scope, { kind: 'needs-tags' }>;
  }[];
  /** Rules of the policy that match none of them. */
  readonly unmatched: readonly Rule[];
}

/** Differences that stop nothing, for the operator to know. Ids of accounts. */
export interface OrganizationChanges {
  /** In the plan, and not in the organization: they left it, or were never in it. */
  readonly missing: readonly string[];
  /** They joined after the plan was made. */
  readonly joined: readonly string[];
  /** The policy includes them now, and the plan did not audit them. */
  readonly notAudited: readonly string[];
  /** About the policy, and not in the plan. */
  readonly findings: readonly Finding[];
}

/**
 * @throws RootsweepError PLAN_ORGANIZATION_CHANGED if the plan leaves out something that would stop it;
 *   PLAN_LIMIT_EXCEEDED if it deletes in too many of the current accounts.
 */
export function compareOrganization(plan: Plan, policy: Policy, now: OrganizationNow): OrganizationChanges {
  const planned = new Map(plan.accounts.map((entry) => [entry.id, entry]));
  const unplanned = now.accounts.filter(({ account }) => !planned.has(account.id));
  const hidden = unplanned.filter(({ account }) => !joinedAfter(account, plan.created));
  const absent = 'was in the organization before the plan was made, and the plan does not hold it';
  refuseAny(hidden.map(idOf), absent);

  const members = now.accounts.filter(({ account }) => account.id !== plan.managementAccount).length;
  checkLimits(plan, policy, members, LIMIT_HINT);

  const findings = findUnmatched(now.unmatched, policy).filter((it) => !includes(plan.findings, it));
  const notAudited = now.accounts.filter(({ account, scope }) => {
    const entry = planned.get(account.id);
    return entry !== undefined && scope.kind === 'included' && !wasAudited(entry);
  });
  refuseFinding(findings.find(isBlocking));
  if (policy.blocking === 'organization') {
    // Any of them may hold a credential that stops the whole plan.
    refuseAny(notAudited.map(idOf), 'is included by the policy as it is now, and the plan did not audit it');
    for (const { account, scope } of now.accounts) {
      const entry = planned.get(account.id);
      if (entry === undefined || scope.kind === 'included') continue;
      const found = findByScope(scope, policy).find(
        (it) => isBlocking(it) && !includes(findingsOf(entry), it),
      );
      refuseFinding(found, account.id);
    }
  }

  const ids = new Set(now.accounts.map(idOf));
  return {
    missing: plan.accounts.map(({ id }) => id).filter((id) => !ids.has(id)),
    joined: unplanned.map(idOf),
    notAudited: notAudited.map(idOf),
    findings,
  };
}

/** An account with an unknown date may have been there before. */
function joinedAfter({ joined }: Account, created: string): boolean {
  return Date.parse(joined) > Date.parse(created) - JOIN_TOLERANCE;
}

function wasAudited(entry: Entry): boolean {
  return entry.decision === 'clean' || entry.observed !== undefined;
}

function includes(findings: readonly Finding[], wanted: Finding): boolean {
  return findings.some(({ code, message }) => code === wanted.code && message === wanted.message);
}

function idOf({ account }: OrganizationNow['accounts'][number]): string {
  return account.id;
}

function refuseFinding(finding: Finding | undefined, account?: string): void {
  if (finding === undefined) return;
  const where = account === undefined ? '' : ` about account "${account}"`;
  throw changed(`the plan does not hold a finding${where} that blocks it now: ${finding.message}`);
}

/** @param what is said of each account. */
function refuseAny(ids: readonly string[], what: string): void {
  if (ids.length === 0) return;
  const more = ids.length > NAMED ? ` (and of ${ids.length - NAMED} more)` : '';
  const named = ids.slice(0, NAMED).map((id) => `"${id}"`);
  const accounts = named.length === 1 ? `account ${named[0]}` : `each of the accounts ${named.join(', ')}`;
  throw changed(`${accounts}${more} ${what}`);
}

function changed(message: string): RootsweepError {
  return new RootsweepError('PLAN_ORGANIZATION_CHANGED', message, {
    hint: 'plan again; if the organization has not changed since the plan, ask its signer where it comes from',
  });
}
