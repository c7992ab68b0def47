/** `plan`: audits an organization, decides by a policy, and writes a signed plan. */
import { commandLine } from '../core/base/command-line.js';
import type { BasePolicy } from '../core/plan/base-policy.js';
import type { Plan } from '../core/plan/plan.js';
import { digestBody } from '../core/signing/envelope.js';
import type { SigningKey } from '../core/signing/key.js';
import { EXIT } from '../errors.js';
import { writeTarget } from '../files/io/target.js';
import { emitPlan } from '../files/plan/plan.js';
import { readMainPolicy, readPolicyAt } from '../files/policy/base-policy.js';
import { signPlan } from '../signing/plan.js';
import { describeValidity, renderPlan, renderSummary } from '../views/plan/plan-text.js';
import { makePlan } from '../workflows/make-plan.js';
import type { AccountsHost } from './host.js';
import { auditWith, type NewPlanFlags, nextAfterPlan, planTime, prepareNewPlan } from './new-plan.js';

export interface PlanFlags extends NewPlanFlags {
  readonly base: string | undefined;
  readonly deep: boolean;
  readonly detailedExitcode: boolean;
}

export async function runPlan(flags: PlanFlags, host: AccountsHost): Promise<number> {
  const { context, progress } = host;
  context.expectAccounts?.(0);
  const prepared = await prepareNewPlan(flags, host);
  const base = await readBase(flags, host);
  progress.begin('opening');
  const plan = await host.useAws((aws) =>
    makePlan({
      ...auditWith(aws, host),
      policyFile: prepared.policyFile,
      base,
      originFor: (plannedBy) => ({ id: context.newId(), plannedBy, policy: prepared.origin }),
      now: planTime(context.clock),
      deep: flags.deep,
      onOpened: () => progress.begin('auditing'),
    }),
  );
  const body = emitPlan(plan);
  const signed = await sign(body, prepared.key, host);
  await writeTarget(prepared.target, 'plan', signed);

  const digest = digestBody(body);
  if (host.json) {
    const { id, notBefore, expires, applicable, totals } = plan;
    host.printJson('plan-written', { path: flags.out, id, digest, notBefore, expires, applicable, totals });
  } else {
    host.print(host.quiet ? renderSummary(plan) : renderPlan(plan));
    const next = await findNextStep(plan, signed, flags, host);
    host.tell([[], [`The plan is in "${flags.out}" (sha256:${digest}, ${describeValidity(plan)}).`], [next]]);
  }
  if (!plan.applicable) return EXIT.blocked;
  return flags.detailedExitcode && plan.totals.decisions.delete > 0 ? EXIT.changes : EXIT.done;
}

async function sign(body: Buffer, key: SigningKey, { context, progress }: AccountsHost): Promise<Buffer> {
  // What signs with SSH keys may ask at the terminal itself.
  if (key.publicKey.algorithm === 'sshsig' && context.terminal.stderr) progress.end();
  else progress.begin('signing');
  const signed = await signPlan(body, key);
  progress.end();
  return signed;
}

async function findNextStep(
  { applicable, totals }: Plan,
  signed: Buffer,
  { policy, out }: PlanFlags,
  { context }: AccountsHost,
): Promise<string> {
  if (!applicable) {
    const again = commandLine('rootsweep', 'plan', ['--policy', policy], ['--out', out]);
    return `Next: resolve what blocks it, in the accounts or in the policy, then run: ${again}`;
  }
  if (totals.decisions.delete === 0) return 'Nothing to apply.';
  return `Next: ${await nextAfterPlan(signed, { plan: out, policy }, context)}`;
}

async function readBase(flags: PlanFlags, host: AccountsHost): Promise<BasePolicy | undefined> {
  const path = host.resolvePath(flags.policy);
  if (flags.base !== undefined) return readPolicyAt(path, flags.base, host.context.env);
  const main = await readMainPolicy(path, host.context.env);
  if (main.kind === 'found') return main.base;
  // Not compared is not the same as not loosened.
  if (main.kind === 'none') {
    host.tell([
      [`The policy was not compared with the one in git's main branch: ${main.reason}.`],
      ['To compare it with the one in another commit, pass --base.'],
    ]);
  }
  return undefined;
}
