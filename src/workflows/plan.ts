/** From a survey to a plan: decides about every account, and puts the plan together. */

import { maskEmail } from '../core/account/masked-email.js';
import type { MaskedEmail, Organization } from '../core/account/organization.js';
import { formatDuration } from '../core/base/duration.js';
import { formatTime } from '../core/base/time.js';
import { type BasePolicy, findLoosened } from '../core/plan/base-policy.js';
import { evaluateAudited, evaluateUnaudited, findUnmatched } from '../core/plan/evaluate.js';
import type { PolicyFile } from '../core/plan/guard.js';
import { assemblePlan, type Entry, type EntryFacts, type Plan, type PlanHeader } from '../core/plan/plan.js';
import type { Policy } from '../core/policy/policy.js';
import { type AccountFacts, comparesEmail } from '../core/policy/scope.js';
import { RootsweepError } from '../errors.js';
import { TOOL } from '../version.js';
import type { Survey, SurveyedAccount } from './survey.js';

/**
 * @param base what the policy is compared with; absent where there is nothing.
 * @throws RootsweepError POLICY_SELECTS_NOTHING where no account of the organization is for the policy to audit.
 */
export function decidePlan(
  survey: Survey,
  policy: Policy,
  header: PlanHeader,
  now: Date,
  base?: BasePolicy,
): Plan {
  if (!survey.accounts.some(({ scope }) => scope.kind === 'included' || scope.kind === 'undecidable')) {
    throw new RootsweepError(
      'POLICY_SELECTS_NOTHING',
      `the policy "${header.policy.path}" selects none of the ${survey.accounts.length} accounts of organization "${header.organization}"`,
      { hint: 'check include and exclude; without include, every active member account is selected' },
    );
  }
  const entries = survey.accounts.map((surveyed) => decideEntry(surveyed, policy, header.id, now));
  // First, so that a reviewer knows by which rules the rest was decided.
  const loosened = base === undefined ? [] : findLoosened(base, policy);
  return assemblePlan(header, policy, entries, [...loosened, ...findUnmatched(survey.unmatched, policy)]);
}

function decideEntry(
  { facts, scope, observation }: SurveyedAccount,
  policy: Policy,
  planId: string,
  now: Date,
): Entry {
  const { id, email } = facts.account;
  const recorded = entryFacts(facts, comparesEmail(scope) ? maskEmail(email, id, planId) : undefined);
  if (scope.kind !== 'included') return evaluateUnaudited(id, recorded, scope, policy);
  if (observation === undefined) throw new Error(`account ${id} is included and was not audited`);
  return evaluateAudited(id, recorded, scope, observation, policy, now);
}

/**
 * What a plan records of an account, and what `apply` compares again.
 * @param email where a rule about email addresses decided.
 */
export function entryFacts({ account, unitPath, tags }: AccountFacts, email?: MaskedEmail): EntryFacts {
  const { name, state, parents, joined, joinedMethod } = account;
  return {
    name,
    ...(email === undefined ? {} : { email }),
    state,
    ...(unitPath === undefined ? {} : { ou: unitPath }),
    parents,
    joined,
    joinedMethod,
    ...(tags === undefined ? {} : { tags }),
  };
}

/** @throws RootsweepError POLICY_ORGANIZATION_MISMATCH where the policy is pinned to another organization. */
export function requireOrganization({ path, policy }: PolicyFile, organization: Organization): void {
  if (policy.organization === undefined || policy.organization === organization.id) return;
  throw new RootsweepError(
    'POLICY_ORGANIZATION_MISMATCH',
    `the policy "${path}" is for organization "${policy.organization}", the credentials are for "${organization.id}"`,
    { hint: 'use credentials of that organization, or the policy of this one' },
  );
}

/** What of a plan's header neither the policy nor AWS decides: a witness takes it from the plan. */
export interface PlanOrigin {
  /** UUID. */
  readonly id: string;
  /** ARN of the caller. */
  readonly plannedBy: string;
  readonly policy: Pick<PlanHeader['policy'], 'path' | 'commit'>;
}

export function planHeader(of: {
  readonly origin: PlanOrigin;
  readonly now: Date;
  readonly organization: Organization;
  readonly policyFile: PolicyFile;
  readonly base?: BasePolicy | undefined;
}): PlanHeader {
  const { sha256, policy } = of.policyFile;
  const { id, plannedBy, policy: file } = of.origin;
  const { base } = of;
  return {
    id,
    created: formatTime(of.now),
    ...(policy.notBefore === undefined ? {} : { notBefore: formatDuration(policy.notBefore) }),
    expires: formatTime(new Date(of.now.getTime() + policy.expiresAfter)),
    tool: TOOL,
    partition: of.organization.partition,
    organization: of.organization.id,
    managementAccount: of.organization.managementAccount,
    plannedBy,
    policy: {
      path: file.path,
      sha256,
      ...(file.commit === undefined ? {} : { commit: file.commit }),
      ...(base === undefined ? {} : { base: { ref: base.ref, commit: base.commit, sha256: base.sha256 } }),
    },
  };
}
