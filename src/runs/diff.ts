/** `diff`: what differs between two plans, and what it comes from. */
import type { Change } from '../core/base/change.js';
import { createRedact, joinKnown, knownOfPlan } from '../core/cli/redact.js';
import { createExplainer } from '../core/plan/change-cause.js';
import { checkComparable } from '../core/plan/guard.js';
import { comparePlans } from '../core/plan/plan-diff.js';
import { comparePolicies, type PolicyChange } from '../core/policy/policy-change.js';
import { EXIT } from '../errors.js';
import { findPlanPolicy, type PlanPolicy, readPlanPolicy } from '../files/policy/plan-policy.js';
import { DIFF_FORMATS, type DiffFormat } from './diff-formats.js';
import type { Host } from './host.js';
import type { TrustFlags } from './inputs.js';
import { type JudgedPlan, openJudgedPlan } from './judged-plan.js';

export interface DiffFlags extends TrustFlags {
  readonly old: string;
  readonly new: string;
  readonly policyOld: string | undefined;
  readonly policyNew: string | undefined;
  readonly redact: boolean;
  readonly detailedExitcode: boolean;
}

export async function runDiff(flags: DiffFlags, format: DiffFormat, host: Host): Promise<number> {
  const { redact: redacted } = flags;
  if (redacted) host.mask = createRedact();
  const { trust, confirmTrust } = flags;
  const read = (plan: string) => openJudgedPlan({ plan, trust, confirmTrust }, host.context);
  const before = await read(flags.old);
  const after = await read(flags.new);
  if (redacted) host.mask = createRedact(joinKnown(knownOfPlan(before.plan), knownOfPlan(after.plan)));
  checkComparable(before.plan, after.plan);

  const { change, policies } = await readPolicies({ before, after }, flags, host);
  const explain =
    policies &&
    createExplainer(
      { plan: before.plan, policy: policies.before.policy },
      { plan: after.plan, policy: policies.after.policy },
    );
  const diff = comparePlans(before.plan, after.plan, explain);
  // Compared as they are, and shown as they may be.
  const shown = host.mask({ ...diff, plans: { before, after }, policy: change });
  host.print(await DIFF_FORMATS[format]({ ...shown, redacted }));
  if (!host.json && Date.parse(before.plan.created) > Date.parse(after.plan.created)) {
    const { before: first, after: second } = shown.plans;
    host.tell([[`"${first.path}" was made after "${second.path}"; were they meant the other way round?`]]);
  }
  const differ =
    diff.accounts.length + diff.findings.length > 0 ||
    diff.applicable.before !== diff.applicable.after ||
    change.kind !== 'same';
  return flags.detailedExitcode && differ ? EXIT.changes : EXIT.done;
}

async function readPolicies(
  { before, after }: Change<JudgedPlan>,
  { policyOld, policyNew }: DiffFlags,
  host: Host,
): Promise<{ readonly change: PolicyChange; readonly policies: Change<PlanPolicy> | undefined }> {
  const old = await readPolicyOf(before, policyOld, host);
  const now = await readPolicyOf(after, policyNew, host);
  if (before.plan.policy.sha256 === after.plan.policy.sha256) {
    // One file: whichever is at hand is both.
    const found = old.kind === 'found' ? old : now.kind === 'found' ? now : undefined;
    return { change: { kind: 'same' }, policies: found && { before: found, after: found } };
  }
  if (old.kind === 'found' && now.kind === 'found') {
    return { change: comparePolicies(old, now), policies: { before: old, after: now } };
  }
  const [which, reason] =
    old.kind === 'none' ? ['old', old.reason] : ['new', now.kind === 'none' ? now.reason : ''];
  return {
    change: {
      kind: 'not-compared',
      reason: `the ${which} one is not at hand, because ${reason}; pass --policy-${which}`,
    },
    policies: undefined,
  };
}

async function readPolicyOf(
  { plan, path }: JudgedPlan,
  flag: string | undefined,
  { context, resolvePath }: Host,
) {
  if (flag === undefined) return findPlanPolicy(plan.policy, context.cwd, context.env);
  return { kind: 'found', ...(await readPlanPolicy(resolvePath(flag), flag, plan, path)) } as const;
}
