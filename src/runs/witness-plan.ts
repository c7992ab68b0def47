/** Making a plan again: with the id, the time and the origin of the plan, and everything else from AWS. */
import type { Aws } from '../aws/open.js';
import { type NamedPlanKind, PLANS } from '../core/action/plan-kind.js';
import type { BasePolicy } from '../core/plan/base-policy.js';
import { checkClock, checkOrganization, type PolicyFile } from '../core/plan/guard.js';
import { assembleNamedPlan, type Plan } from '../core/plan/plan.js';
import { readMainPolicy, readPolicyAt } from '../files/policy/base-policy.js';
import { makePlan } from '../workflows/make-plan.js';
import { requireOrganization } from '../workflows/plan.js';
import { namedHeader, planNamedAgain } from '../workflows/plan-named.js';
import type { AccountsHost } from './host.js';
import { explainUnknownAccount } from './named-plan.js';
import { auditWith } from './new-plan.js';

interface Sources {
  readonly policyFile: PolicyFile;
  readonly aws: Aws;
  readonly base: BasePolicy | undefined;
  readonly deep: boolean;
}

export function makeSweepAgain(
  plan: Plan,
  { policyFile, aws, base, deep }: Sources,
  host: AccountsHost,
): Promise<Plan> {
  return makePlan({
    ...auditWith(aws, host),
    policyFile,
    base,
    originFor: () => plan,
    now: new Date(plan.created),
    deep,
    onOpened: (organization, caller) => {
      checkOrganization(plan, organization);
      warnOfSameCaller(plan, caller, host);
      host.progress.begin('auditing');
    },
  });
}

export async function makeNamedAgain(
  plan: Plan,
  kind: NamedPlanKind,
  { policyFile, aws }: Sources,
  host: AccountsHost,
): Promise<Plan> {
  const { caller, organization, clockOffset } = await aws.reader.open(PLANS[kind].feature);
  checkClock(clockOffset);
  checkOrganization(plan, organization);
  requireOrganization(policyFile, organization);
  warnOfSameCaller(plan, caller.arn, host);
  const { partition } = organization;
  const access = { root: aws.rootAccess(partition), resources: aws.resourceAccess(partition) };
  const context = { organization, policy: policyFile.policy };
  const accounts = await planNamedAgain(plan, aws.reader, access, context).catch(explainUnknownAccount);
  const header = namedHeader({ origin: plan, now: new Date(plan.created), organization, policyFile });
  return assembleNamedPlan(kind, plan.reason ?? '', header, accounts);
}

/** What the policy is compared with. The name of the commit is the plan's: a branch moves on. */
export async function readBaseOf(
  { policy: { base } }: Plan,
  flags: { readonly policy: string; readonly base: string | undefined },
  { context: { env }, resolvePath }: AccountsHost,
): Promise<BasePolicy | undefined> {
  const path = resolvePath(flags.policy);
  const commit = flags.base ?? base?.commit;
  if (commit !== undefined) {
    const read = await readPolicyAt(path, commit, env);
    return base === undefined ? read : { ...read, ref: base.ref };
  }
  const main = await readMainPolicy(path, env);
  return main.kind === 'found' ? main.base : undefined;
}

function warnOfSameCaller({ plannedBy }: Plan, caller: string, host: AccountsHost): void {
  if (caller !== plannedBy) return;
  host.tell([
    [
      `The plan was made by ${caller}, and this witness uses the same credentials. Use other credentials for the witness: one identity must not decide alone.`,
    ],
  ]);
}
