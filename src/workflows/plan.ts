/** Makes a plan from a survey: decides about every account, and assembles the plan. */
import { maskEmail } from '../core/account/masked-email.js';
import type { Organization } from '../core/account/organization.js';
import { defined } from '../core/base/defined.js';
import { formatDuration } from '../core/base/duration.js';
import { formatTime } from '../core/base/time.js';
import { type BasePolicy, findLoosened } from '../core/plan/base-policy.js';
import { entryFacts, evaluateAudited, evaluateUnaudited, findUnmatched } from '../core/plan/evaluate.js';
import type { PolicyFile } from '../core/plan/guard.js';
import { assemblePlan, type Entry, type Plan, type PlanHeader } from '../core/plan/plan.js';
import type { Policy } from '../core/policy/policy.js';
import { comparesEmail } from '../core/policy/scope.js';
import { RootsweepError } from '../errors.js';
import { TOOL } from '../version.js';
import type { Survey, SurveyedAccount } from './survey.js';

export interface PlanInput {
  readonly policy: Policy;
  readonly header: PlanHeader;
  readonly now: Date;
  /** The policy to compare with; absent if there is none. */
  readonly base?: BasePolicy | undefined;
}

/** @throws RootsweepError POLICY_SELECTS_NOTHING if the policy selects no account of the organization. */
export function decidePlan(survey: Survey, { policy, header, now, base }: PlanInput): Plan {
  if (!survey.accounts.some(({ scope }) => scope.kind === 'included' || scope.kind === 'undecidable')) {
    const message = `the policy "${header.policy.path}" selects none of the ${survey.accounts.length} accounts of organization "${header.organization}"`;
    throw new RootsweepError('POLICY_SELECTS_NOTHING', message, {
      hint: 'check include and exclude; without include, every active member account is selected',
    });
  }
  const entries = survey.accounts.map((surveyed) => decideEntry(surveyed, policy, header.id, now));
  // First, so that a reviewer knows the rules before the decisions.
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
  return evaluateAudited({ id, facts: recorded, scope, observed: observation }, policy, now);
}

/** @throws RootsweepError POLICY_ORGANIZATION_MISMATCH if the policy is pinned to another organization. */
export function requireOrganization({ path, policy }: PolicyFile, organization: Organization): void {
  if (policy.organization === undefined || policy.organization === organization.id) return;
  throw new RootsweepError(
    'POLICY_ORGANIZATION_MISMATCH',
    `the policy "${path}" is for organization "${policy.organization}", the credentials are for "${organization.id}"`,
    { hint: 'use credentials of that organization, or the policy of this one' },
  );
}

/** The part of a plan's header that neither the policy nor AWS decides: a witness copies it from the plan. */
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
  const base = of.base && { ref: of.base.ref, commit: of.base.commit, sha256: of.base.sha256 };
  return defined({
    id,
    created: formatTime(of.now),
    notBefore: policy.notBefore === undefined ? undefined : formatDuration(policy.notBefore),
    expires: formatTime(new Date(of.now.getTime() + policy.expiresAfter)),
    tool: TOOL,
    partition: of.organization.partition,
    organization: of.organization.id,
    managementAccount: of.organization.managementAccount,
    plannedBy,
    policy: defined({ path: file.path, sha256, commit: file.commit, base }),
  });
}
