/**
 * A plan against the organization as it is now. Whoever plans could leave accounts out, invent some, or hide what an
 * exclusion that matches nothing gives reason to say: everything that can be known without a root session is decided
 * again, and compared, before anything is deleted (promise 13).
 */
import { RootsweepError } from '../../errors.js';
import type { Account } from '../account/organization.js';
import type { Policy, Rule } from '../policy/policy.js';
import type { Scope } from '../policy/scope.js';
import { findByScope, findUnmatched } from './evaluate.js';
import { type Entry, type Finding, findExceededLimit, type Plan } from './plan.js';

/** A list of accounts may lack one that joined so short a time before, in ms. */
const JOIN_TOLERANCE = 15 * 60 * 1000;
/** So many accounts are named: a refusal stays one sentence. */
const NAMED = 5;

/** What Organizations says now. */
export interface OrganizationNow {
  readonly accounts: readonly {
    readonly account: Account;
    readonly scope: Exclude<Scope, { kind: 'needs-tags' }>;
  }[];
  /** Rules of the policy that match none of them. */
  readonly unmatched: readonly Rule[];
}

/** What is different and stops nothing: for people to know. Ids of accounts. */
export interface OrganizationChanges {
  /** The plan holds them, and the organization does not: they have left it, or were never in it. */
  readonly missing: readonly string[];
  /** They joined after the plan was made. */
  readonly joined: readonly string[];
  /** The policy includes them by what they are now, and the plan did not audit them. */
  readonly notAudited: readonly string[];
  /** About the policy, which the plan does not say. */
  readonly findings: readonly Finding[];
}

/**
 * @throws RootsweepError PLAN_ORGANIZATION_CHANGED where the plan leaves out what would stop it;
 *   PLAN_LIMIT_EXCEEDED where it deletes in too many of the accounts that there are.
 */
export function compareOrganization(plan: Plan, policy: Policy, now: OrganizationNow): OrganizationChanges {
  const planned = new Map(plan.accounts.map((entry) => [entry.id, entry]));
  const unplanned = now.accounts.filter(({ account }) => !planned.has(account.id));
  const hidden = unplanned.filter(({ account }) => !joinedAfter(account, plan.created));
  refuseAny(
    hidden.map(idOf),
    'was in the organization before the plan was made, and the plan does not hold it',
  );

  const members = now.accounts.filter(({ account }) => account.id !== plan.managementAccount).length;
  refuseLimit(plan, policy, members);

  const findings = findUnmatched(now.unmatched, policy).filter((it) => !includes(plan.findings, it));
  const notAudited = now.accounts.filter(({ account, scope }) => {
    const entry = planned.get(account.id);
    return entry !== undefined && scope.kind === 'included' && !wasAudited(entry);
  });
  refuseFinding(findings.find(isBlocking));
  if (policy.blocking === 'organization') {
    // Any of them can hold what stops the whole plan.
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

/** Where it is not known when an account joined, it may have been there. */
function joinedAfter({ joined }: Account, created: string): boolean {
  return Date.parse(joined) > Date.parse(created) - JOIN_TOLERANCE;
}

function wasAudited(entry: Entry): boolean {
  return entry.decision === 'clean' || entry.observed !== undefined;
}

function findingsOf(entry: Entry): readonly Finding[] {
  return entry.decision === 'clean' ? [] : entry.findings;
}

function includes(findings: readonly Finding[], wanted: Finding): boolean {
  return findings.some(({ code, message }) => code === wanted.code && message === wanted.message);
}

function isBlocking({ severity }: Finding): boolean {
  return severity === 'block';
}

function idOf({ account }: OrganizationNow['accounts'][number]): string {
  return account.id;
}

function refuseLimit(plan: Plan, policy: Policy, members: number): void {
  if (policy.findings.severity['limit-exceeded'] !== 'block') return;
  const exceeded = findExceededLimit(policy.limits, plan.totals.decisions.delete, members);
  if (exceeded === undefined) return;
  throw new RootsweepError('PLAN_LIMIT_EXCEEDED', exceeded, {
    hint: 'plan again: the limit counts the accounts that are in the organization now',
  });
}

function refuseFinding(finding: Finding | undefined, account?: string): void {
  if (finding === undefined) return;
  const where = account === undefined ? '' : ` about account "${account}"`;
  throw changed(`the plan does not hold a finding${where} that blocks it now: ${finding.message}`);
}

/** @param what of one account. */
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
