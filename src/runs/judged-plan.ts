/** A plan with what its checks come to, for commands that show it: also where `verify` refuses it. */

import type { Context } from '../context.js';
import { checkApplicable, checkExpiry, checkPlan, checkSigningTimes } from '../core/plan/guard.js';
import type { Plan } from '../core/plan/plan.js';
import { judgePlan, type Verdict } from '../core/plan/verdict.js';
import { decodeEnvelope, digestBody } from '../core/signing/envelope.js';
import { RootsweepError } from '../errors.js';
import { readFileBytes } from '../files/io/text-file.js';
import { PLAN_LIMITS, parsePlan } from '../files/plan/plan.js';
import { requireSignatures, type Signatures } from '../signing/trust.js';
import { resolvePath } from './arguments.js';
import { readPolicy, type TrustFlags, verifyTrust, withApprovals } from './inputs.js';

/** As the user named them. */
export interface ShownPaths extends TrustFlags {
  readonly plan: string;
  /** Without it, nothing is compared with a policy. */
  readonly policy?: string | undefined;
}

export interface JudgedPlan {
  /** As the user named it. */
  readonly path: string;
  readonly plan: Plan;
  readonly body: Buffer;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
  readonly verdict: Verdict;
}

/** @throws RootsweepError where the plan cannot be read, or a file that the user named. */
export async function openJudgedPlan(paths: ShownPaths, context: Context): Promise<JudgedPlan> {
  const { plan: path } = paths;
  const now = context.clock.now();
  const envelope = decodeEnvelope(await readFileBytes(resolvePath(path, context), PLAN_LIMITS), path);
  let plan: Plan | undefined;
  let signatures: Signatures | undefined;
  // In the order of `verify`: the first that refuses the plan says why.
  const check = async () => {
    const signed = await withApprovals(envelope, resolvePath(path, context));
    signatures = await verifyTrust(signed, paths, context, now).catch((error: unknown) =>
      allowMissing(error, paths),
    );
    plan = parsePlan(envelope.body, path);
    if (signatures !== undefined) checkSigningTimes(plan, signatures.signers, now);
    if (paths.policy === undefined) checkExpiry(plan, now);
    else checkPlan(plan, await readPolicy(paths.policy, context), now);
    checkApplicable(plan);
    if (signatures !== undefined) requireSignatures(signatures, path);
  };
  const error = await check().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error !== undefined && !(error instanceof RootsweepError)) throw error;
  if (error !== undefined && isAboutFile(error, paths)) throw error;
  plan ??= parseRefused(() => parsePlan(envelope.body, path), error);
  const verdict = judgePlan(error, { plan, signatures, policyChecked: paths.policy !== undefined, now });
  if (verdict === undefined) throw error;
  return { path, plan, body: envelope.body, digest: digestBody(envelope.body), verdict };
}

/** What is shown of a plan whose signatures were refused; where nothing can be shown, that they were is what counts. */
function parseRefused(parse: () => Plan, refusal: unknown): Plan {
  try {
    return parse();
  } catch (error) {
    throw error instanceof RootsweepError && refusal !== undefined ? refusal : error;
  }
}

/** A file that the user named for the checks, and that cannot be used, is an error of theirs; it says nothing of the plan. */
function isAboutFile({ code }: RootsweepError, { trust }: ShownPaths): boolean {
  return !code.startsWith('PLAN_') && (trust !== undefined || !code.startsWith('TRUST_'));
}

/** A trust file that nobody named may be missing: then nothing is known of the signatures, and the plan is shown so. */
function allowMissing(error: unknown, { confirmTrust }: TrustFlags): undefined {
  const isMissing = error instanceof RootsweepError && error.code === 'TRUST_MISSING';
  if (isMissing && confirmTrust === undefined) return undefined;
  throw error;
}
