/** What every command that writes a plan does before it calls AWS, and after the plan is written. */
import type { Aws } from '../aws/open.js';
import type { Context } from '../context.js';
import type { Clock } from '../core/base/clock.js';
import { commandLine } from '../core/base/command-line.js';
import type { PolicyFile } from '../core/plan/guard.js';
import { decodeEnvelope } from '../core/signing/envelope.js';
import type { SigningKey } from '../core/signing/key.js';
import { RootsweepError } from '../errors.js';
import { findCommit } from '../files/io/git.js';
import { checkTarget } from '../files/io/target.js';
import { findMissingStep } from '../signing/trust.js';
import type { PlanMaking } from '../workflows/make-plan.js';
import type { PlanOrigin } from '../workflows/plan.js';
import type { AccountsHost, AwsHost } from './host.js';
import { readPolicy, verifyTrust } from './inputs.js';
import { type KeyFlags, openKey } from './key-options.js';

/** As the user named them. */
export interface NewPlanFlags extends KeyFlags {
  readonly policy: string;
  readonly out: string;
}

export interface NewPlan {
  /** Resolved. */
  readonly target: string;
  readonly policyFile: PolicyFile;
  readonly key: SigningKey;
  /** What the plan says of its policy. */
  readonly origin: PlanOrigin['policy'];
}

/** @throws RootsweepError where the plan could not be written or signed in the end. */
export async function prepareNewPlan(flags: NewPlanFlags, host: AwsHost): Promise<NewPlan> {
  const target = host.resolvePath(flags.out);
  await checkTarget(target, 'plan');
  const policyFile = await readPolicy(flags.policy, host.context);
  const key = await openKey(flags, host);
  const { path, text } = policyFile;
  const commit = await findCommit(host.resolvePath(flags.policy), Buffer.from(text), host.context.env);
  return { target, policyFile, key, origin: { path, ...(commit === undefined ? {} : { commit }) } };
}

/** To the second, as the plan will say: whoever decides again from the plan comes to the same. */
export function planTime(clock: Clock): Date {
  return new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
}

/** How `makePlan` audits, for `plan` and for a witness alike. */
export function auditWith(
  { reader, rootAccess }: Aws,
  { context, parallel, progress }: AccountsHost,
): Pick<PlanMaking, 'reader' | 'rootAccess' | 'concurrency' | 'stop' | 'onEvent'> {
  return {
    reader,
    rootAccess,
    concurrency: parallel,
    stop: context.stop,
    onEvent: (event) => {
      if (event.type === 'accounts-listed') context.expectAccounts?.(event.accounts);
      progress.show(event);
    },
  };
}

/** The trust file of ROOTSWEEP_TRUST, else that of the configuration folder: a command that plans has no flag for it. */
const NO_FLAGS = { trust: undefined, confirmTrust: undefined };

/**
 * The signature that the trust file still demands; `apply` where it demands none, and where no trust file can be used:
 * who applies may have one.
 * @param files as the user named them.
 */
export async function nextAfterPlan(
  signed: Buffer,
  files: { readonly plan: string; readonly policy: string },
  context: Context,
): Promise<string> {
  const { plan, policy } = files;
  const apply = `have it reviewed, then run: ${commandLine('rootsweep', 'apply', { file: plan }, ['--policy', policy])}`;
  try {
    const envelope = decodeEnvelope(signed, plan);
    const now = context.clock.now();
    return (
      findMissingStep(await verifyTrust(envelope, { plan, ...NO_FLAGS }, context, now), plan, policy) ?? apply
    );
  } catch (error) {
    if (!(error instanceof RootsweepError)) throw error;
    return error.code === 'PLAN_SIGNATURE_UNTRUSTED' ? (error.hint ?? apply) : apply;
  }
}
