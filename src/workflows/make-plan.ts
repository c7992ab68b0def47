/** Audits an organization and makes a plan, for `plan` and, with the same id and time, for a witness. */
import type { Organization } from '../core/account/organization.js';
import type { BasePolicy } from '../core/plan/base-policy.js';
import { checkClock, type PolicyFile } from '../core/plan/guard.js';
import type { Plan } from '../core/plan/plan.js';
import { decidePlan, type PlanOrigin, planHeader, requireOrganization } from './plan.js';
import type { OrganizationReader, RootAccess } from './ports.js';
import { type SurveyOptions, surveyOrganization } from './survey.js';

export interface PlanMaking extends Pick<SurveyOptions, 'concurrency' | 'deep' | 'stop' | 'onEvent'> {
  readonly reader: OrganizationReader;
  readonly rootAccess: (partition: string) => RootAccess;
  readonly policyFile: PolicyFile;
  /** The policy to compare with; undefined if there is none. */
  readonly base: BasePolicy | undefined;
  /** @param caller ARN. */
  readonly originFor: (caller: string) => PlanOrigin;
  /** The time of the decisions, to the second. */
  readonly now: Date;
  /** Called once the caller and the organization are known. May throw to end. */
  readonly onOpened: (organization: Organization, caller: string) => void;
}

/** @throws RootsweepError if nothing can be planned. */
export async function makePlan({
  reader,
  rootAccess,
  policyFile,
  base,
  originFor,
  now,
  onOpened,
  ...survey
}: PlanMaking): Promise<Plan> {
  const accounts = reader.accounts();
  const { caller, organization, clockOffset } = await reader.open();
  checkClock(clockOffset);
  requireOrganization(policyFile, organization);
  onOpened(organization, caller.arn);
  const surveyed = await surveyOrganization(reader, rootAccess(organization.partition), {
    ...survey,
    accounts,
    policy: policyFile.policy,
    organization,
    today: now,
    allPaths: false,
  });
  const header = planHeader({ origin: originFor(caller.arn), now, organization, policyFile, base });
  return decidePlan(surveyed, { policy: policyFile.policy, header, now, base });
}
