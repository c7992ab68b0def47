/** `approve`: shows a plan, asks, and adds a reviewer's signature. */
import { commandLine } from '../core/base/command-line.js';
import { formatTime } from '../core/base/time.js';
import { RootsweepError } from '../errors.js';
import { describeValidity, renderPlan } from '../views/plan/plan-text.js';
import { listSigners } from '../views/plan/signers.js';
import { ask } from './ask.js';
import type { AwsHost } from './host.js';
import type { KeyFlags } from './key-options.js';
import { openSignablePlan, openSigner, writeSignature } from './sign-plan.js';
import { type TrustFlags, trustWords } from './trust-flags.js';

export interface ApproveFlags extends TrustFlags, KeyFlags {
  readonly plan: string;
  readonly detached: boolean;
  /** The plan's digest, in place of answering. */
  readonly confirm: string | undefined;
}

export async function runApprove(flags: ApproveFlags, host: AwsHost): Promise<number> {
  const { context } = host;
  const signable = await openSignablePlan(flags, context);
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
  const claim = { role: 'approver', at: formatTime(context.clock.now()) } as const;
  const { detached } = flags;
  const { written, keyid } = await writeSignature(claim, signable, key, { detached, context });
  if (host.json) host.printJson('plan-approved', { path: written, digest, keyid });
  else host.print([[`Approved: the signature is in "${written}".`]]);
  // What the plan says of its policy's path is no reason to read that file.
  const policy = ['--policy', 'POLICY'] as const;
  host.tellNext(
    `run: ${commandLine('rootsweep', 'verify', { file: flags.plan }, policy, ...trustWords(flags))}`,
  );
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
  const question = 'Have you read this plan, and may it be applied? Only "yes" approves: ';
  const answer = await ask(question, context, {
    why: 'approve asks before it signs',
    hint: `pass --confirm ${digest}`,
    interrupted: 'interrupted; nothing was signed',
  });
  if (answer?.trim() !== 'yes') throw new RootsweepError('DECLINED', 'cancelled; nothing was signed');
}
