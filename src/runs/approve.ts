/** `approve`: shows a plan, asks, and adds a reviewer's signature. */
import { RootsweepError } from '../errors.js';
import { describeValidity, renderPlan } from '../views/plan/plan-text.js';
import { listSigners } from '../views/plan/signers.js';
import { requireYes } from './ask.js';
import type { AwsHost } from './host.js';
import { openSignablePlan, openSigner, type SignFlags, verifyNext, writeSignature } from './sign-plan.js';

export interface ApproveFlags extends SignFlags {
  /** The plan's digest, in place of answering. */
  readonly confirm: string | undefined;
}

export async function runApprove(flags: ApproveFlags, host: AwsHost): Promise<number> {
  const signable = await openSignablePlan(flags, host.context);
  const { plan, digest, signatures } = signable;
  host.tell([
    ...renderPlan(plan),
    [],
    [`Planned by ${plan.plannedBy} at ${plan.created}; ${describeValidity(plan)}.`],
    [`Signed so far by ${listSigners(signatures.signers)}, trusted by "${signable.trustFile}".`],
    [`Digest sha256:${digest}`],
    [],
  ]);
  await requireConsent(digest, flags, host);
  const key = await openSigner('approver', signable, flags, host);
  const signed = await writeSignature('approver', signable, key, flags, host);
  if (host.json) host.printJson('plan-approved', signed);
  else host.print([[`Approved: the signature is in "${signed.path}".`]]);
  // What the plan says of its policy's path is no reason to read that file.
  host.tellNext(verifyNext(flags, 'POLICY'));
  return 0;
}

async function requireConsent(
  digest: string,
  { confirm, plan }: ApproveFlags,
  { context }: AwsHost,
): Promise<void> {
  if (confirm !== undefined) {
    if (confirm.replace(/^sha256:/, '') === digest) return;
    throw new RootsweepError('PLAN_INVALID', `--confirm names another digest than that of "${plan}"`, {
      hint: `if this plan is what you have read, pass --confirm ${digest}`,
    });
  }
  const asked = {
    question: 'Have you read this plan, and may it be applied? Only "yes" approves: ',
    yes: 'yes',
    confirm: digest,
    why: 'approve asks before it signs',
    unchanged: 'nothing was signed',
  };
  await requireYes(asked, context);
}
