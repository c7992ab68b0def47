/** What every command that writes a plan does before it calls AWS. */
import type { Clock } from '../core/base/clock.js';
import type { PolicyFile } from '../core/plan/guard.js';
import type { SigningKey } from '../core/signing/key.js';
import { findCommit } from '../files/io/git.js';
import { checkTarget } from '../files/io/target.js';
import type { PlanOrigin } from '../workflows/plan.js';
import type { AwsHost } from './host.js';
import { readPolicy } from './inputs.js';
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
