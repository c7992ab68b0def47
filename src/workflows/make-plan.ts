/** Audits an organization and decides: what `plan` signs, and what a witness makes again from the same id and time. */

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
  /** What the policy is compared with; absent where there is nothing. */
  readonly base: BasePolicy | undefined;
  /** @param caller ARN of who calls. */
  readonly originFor: (caller: string) => PlanOrigin;
  /** As of when it is decided, to the second. */
  readonly now: Date;
  /** The caller and the organization are known. @throws to go no further. */
  readonly onOpened: (organization: Organization, caller: string) => void;
}

/** @throws RootsweepError where nothing can be planned. */
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
  return decidePlan(surveyed, policyFile.policy, header, now, base);
}
