/**
 * What a plan must satisfy before anything is done with it, beyond its signatures: it is for this policy, still
 * good, and says what this policy makes of what it observed. Every check refuses with a code of its own.
 */
import { RootsweepError } from '../errors.js';
import { evaluateAudited } from './evaluate.js';
import type { Organization } from './organization.js';
import {
  countMembers,
  type DeleteEntry,
  findExceededLimit,
  isApplicable,
  isDeleteEntry,
  type Plan,
} from './plan.js';
import type { Policy } from './policy.js';
import { compileScope, resolveScope, type ScopeRules } from './scope.js';

/** Clocks of planner and operator may differ this much, in ms. */
const CLOCK_TOLERANCE = 5 * 60 * 1000;

export interface PolicyFile {
  readonly path: string;
  /** SHA-256 of the file's bytes, in hex. */
  readonly sha256: string;
  readonly policy: Policy;
}

/**
 * Promises 1 and 2, as far as files can tell.
 * @throws RootsweepError with one of the PLAN_… codes.
 */
export function checkPlan(plan: Plan, { path, sha256, policy }: PolicyFile, now: Date): void {
  if (plan.policy.sha256 !== sha256) {
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      `the plan was made with another policy than "${path}" is now`,
      {
        hint: 'plan again with this policy, or pass the policy that the plan names',
      },
    );
  }
  if (policy.organization !== undefined && policy.organization !== plan.organization) {
    throw new RootsweepError(
      'PLAN_ORGANIZATION_MISMATCH',
      `the plan is for organization "${plan.organization}", the policy for "${policy.organization}"`,
      { hint: 'plan again for the organization that the policy names' },
    );
  }
  checkTimes(plan, now);
  checkDecisions(plan, policy);
  if (plan.applicable && !isApplicable(policy.blocking, plan.findings, plan.accounts)) {
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      'the plan is marked applicable in spite of a finding that blocks it under this policy',
      { hint: 'plan again; do not apply this plan, and ask its signer where it comes from' },
    );
  }
  checkLimits(plan, policy);
}

/** @throws RootsweepError PLAN_BLOCKED */
export function checkApplicable(plan: Plan): void {
  if (plan.applicable) return;
  const { block } = plan.totals.findings;
  throw new RootsweepError(
    'PLAN_BLOCKED',
    `the plan is blocked by ${block} finding${block === 1 ? '' : 's'}`,
    {
      hint: 'see them with "rootsweep show", resolve them in the accounts or in the policy, and plan again',
    },
  );
}

/** The organization that the operator's credentials reach is the planned one, with the same management account. */
export function checkOrganization(plan: Plan, organization: Organization): void {
  const differs =
    plan.organization !== organization.id
      ? `organization "${plan.organization}", the credentials are for "${organization.id}"`
      : plan.partition !== organization.partition
        ? `partition "${plan.partition}", the credentials are for "${organization.partition}"`
        : plan.managementAccount !== organization.managementAccount
          ? `management account "${plan.managementAccount}", it is now "${organization.managementAccount}"`
          : undefined;
  if (differs === undefined) return;
  throw new RootsweepError('PLAN_ORGANIZATION_MISMATCH', `the plan is for ${differs}`, {
    hint: 'use credentials of the organization that the plan was made for',
  });
}

function checkTimes(plan: Plan, now: Date): void {
  if (Date.parse(plan.created) > now.getTime() + CLOCK_TOLERANCE) {
    throw new RootsweepError(
      'PLAN_NOT_YET_VALID',
      `the plan was created at ${plan.created}, which is still to come`,
      {
        hint: 'set the clock of this machine',
      },
    );
  }
  if (now.getTime() >= Date.parse(plan.expires)) {
    throw new RootsweepError('PLAN_EXPIRED', `the plan expired at ${plan.expires}`, {
      hint: 'plan again; policies set the time with expiresAfter',
    });
  }
}

/**
 * A trusted key can sign a plan that the policy does not yield, by mistake or not. So the policy decides again,
 * from the facts and the observation that the plan holds, and must come to the same actions by the same rule.
 */
function checkDecisions(plan: Plan, policy: Policy): void {
  const rules = compileScope(policy);
  for (const entry of plan.accounts) {
    if (entry.decision !== 'delete') continue;
    if (isDeleteEntry(entry) && isDecidedSo(plan, entry, policy, rules)) continue;
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      `the policy does not allow what the plan deletes in account "${entry.id}"`,
      { hint: 'plan again; do not apply this plan, and ask its signer where it comes from' },
    );
  }
}

function isDecidedSo(plan: Plan, entry: DeleteEntry, policy: Policy, rules: ScopeRules): boolean {
  const { id, name, email, state, parents, joined, joinedMethod } = entry;
  const facts = {
    account: { id, name, email, state, parents, joined, joinedMethod },
    ...(entry.ou === undefined ? {} : { unitPath: entry.ou }),
    ...(entry.tags === undefined ? {} : { tags: entry.tags }),
  };
  const created = new Date(plan.created);
  const scope = resolveScope(rules, facts, plan.managementAccount, created);
  if (scope.kind !== 'included') return false;
  const decided = evaluateAudited(id, entry, scope, entry.observed, policy, created);
  return (
    decided.decision === 'delete' &&
    decided.rule === entry.rule &&
    JSON.stringify(decided.actions) === JSON.stringify(entry.actions)
  );
}

function checkLimits(plan: Plan, policy: Policy): void {
  if (policy.findings.severity['limit-exceeded'] !== 'block' || !plan.applicable) return;
  const members = countMembers(plan.managementAccount, plan.accounts);
  const exceeded = findExceededLimit(policy.limits, plan.totals.decisions.delete, members);
  if (exceeded === undefined) return;
  throw new RootsweepError('PLAN_LIMIT_EXCEEDED', exceeded, {
    hint: 'plan fewer accounts, or raise the limit in the policy',
  });
}
