/** The files that several commands read, and where they look for them. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { decodeEnvelope, digestBody, type Envelope } from '../core/envelope.js';
import { checkPlan, checkSigningTimes, type PolicyFile } from '../core/guard.js';
import type { Plan } from '../core/plan.js';
import type { AnyPlan, RemedyPlan } from '../core/remedy.js';
import { checkRemedyPlan } from '../core/remedy-guard.js';
import type { Trust } from '../core/trust.js';
import { RootsweepError } from '../errors.js';
import { readApprovals } from '../files/approvals.js';
import { PLAN_LIMITS, parseAnyPlan } from '../files/plan.js';
import { parsePolicy } from '../files/policy.js';
import { decodeUtf8, readFileBytes } from '../files/text-file.js';
import { parseTrust } from '../files/trust.js';
import { refuseRevoked, type Signatures, verifySignatures } from '../signing/trust.js';

const SMALL_FILE = 2 ** 20;

type Folders = Pick<Context, 'env' | 'homeFolder'>;

/** The user's configuration folder for rootsweep: XDG's, which a pull request cannot write to. */
export function configFolder({ env, homeFolder }: Folders): string {
  const base = env.XDG_CONFIG_HOME;
  return join(base !== undefined && base !== '' ? base : join(homeFolder, '.config'), 'rootsweep');
}

export async function readPolicy(
  path: string,
  shownPath: string,
): Promise<PolicyFile & { readonly text: string }> {
  const bytes = await readFileBytes(path, { what: 'policy', maxBytes: SMALL_FILE });
  const text = decodeUtf8(bytes, shownPath, 'policy');
  const policy = parsePolicy(text, shownPath);
  return { path: shownPath, sha256: createHash('sha256').update(bytes).digest('hex'), policy, text };
}

/** As the user named them. */
export interface PlanPaths {
  readonly plan: string;
  readonly policy: string;
  readonly trust: string | undefined;
}

export interface VerifiedPlan<P extends AnyPlan = Plan> {
  readonly plan: P;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
  /** Approvers and witnesses may be missing: `requireSignatures`. */
  readonly signatures: Signatures;
  readonly policyFile: PolicyFile;
  readonly trust: Trust;
  /** As it is shown. */
  readonly trustFile: string;
}

export type AnyVerifiedPlan = VerifiedPlan | VerifiedPlan<RemedyPlan>;

export function isOfRemedies(verified: AnyVerifiedPlan): verified is VerifiedPlan<RemedyPlan> {
  return 'remedy' in verified.plan;
}

/** Reads a plan file and the approvals beside it, each file once: what is verified is what is used. */
export async function readEnvelope(path: string, shownPath: string): Promise<Envelope> {
  return withApprovals(decodeEnvelope(await readFileBytes(path, PLAN_LIMITS), shownPath), path);
}

/** Adds the signatures that lie in files of their own. Who may put files there gains nothing: only trusted keys count. */
async function withApprovals({ body, signatures }: Envelope, path: string): Promise<Envelope> {
  return { body, signatures: [...signatures, ...(await readApprovals(path, digestBody(body)))] };
}

/** Promise 2, in this order: signatures on bytes, then the plan, then the policy it was made with. */
export async function openVerifiedPlan(
  paths: PlanPaths,
  resolve: (path: string) => string,
  context: Folders,
  now: Date,
): Promise<AnyVerifiedPlan> {
  return verifyPlanBytes(await readFileBytes(resolve(paths.plan), PLAN_LIMITS), paths, resolve, context, now);
}

/** The same for a plan file that was read already. */
export async function verifyPlanBytes(
  file: Buffer,
  paths: PlanPaths,
  resolve: (path: string) => string,
  context: Folders,
  now: Date,
): Promise<AnyVerifiedPlan> {
  const envelope = await withApprovals(decodeEnvelope(file, paths.plan), resolve(paths.plan));
  const { trust, trustFile, ...signatures } = await verifyTrust(
    envelope,
    paths.plan,
    paths.trust,
    resolve,
    context,
    now,
  );
  const policyFile = await readPolicy(resolve(paths.policy), paths.policy);
  const plan = parseAnyPlan(envelope.body, paths.plan);
  checkSigningTimes(plan, signatures.signers, now);
  const facts = { digest: digestBody(envelope.body), signatures, policyFile, trust, trustFile };
  if ('remedy' in plan) {
    checkRemedyPlan(plan, policyFile, now);
    return { plan, ...facts };
  }
  checkPlan(plan, policyFile, now);
  return { plan, ...facts };
}

/**
 * Checks the signatures of a plan by the trust file (`readTrust`).
 * @throws RootsweepError PLAN_REVOKED, and what `verifySignatures` throws.
 */
export async function verifyTrust(
  envelope: Envelope,
  planPath: string,
  trustFlag: string | undefined,
  resolve: (path: string) => string,
  context: Folders,
  now: Date,
): Promise<Signatures & Pick<VerifiedPlan, 'trust' | 'trustFile'>> {
  const { trust, shown } = await readTrust(trustFlag, resolve, context);
  refuseRevoked(trust, digestBody(envelope.body), { plan: planPath, trust: shown });
  const signatures = verifySignatures(envelope, trust, { plan: planPath, trust: shown }, now);
  return { trust, trustFile: shown, ...signatures };
}

/**
 * `--trust`, else ROOTSWEEP_TRUST, else `trust.yaml` in the configuration folder; never the one beside the file that
 * is to be trusted.
 */
export async function readTrust(
  trustFlag: string | undefined,
  resolve: (path: string) => string,
  context: Folders,
): Promise<{ readonly trust: Trust; readonly shown: string }> {
  const fallback = join(configFolder(context), 'trust.yaml');
  const path = trustFlag ?? nonEmpty(context.env.ROOTSWEEP_TRUST);
  const shown = path ?? fallback;
  const bytes = await readFileBytes(path === undefined ? fallback : resolve(path), {
    what: 'trust file',
    maxBytes: SMALL_FILE,
  }).catch((error: unknown) => {
    if (path !== undefined || !(error instanceof RootsweepError) || error.code !== 'FILE_NOT_FOUND')
      throw error;
    throw new RootsweepError('TRUST_MISSING', `no trust file was given, and there is none at "${fallback}"`, {
      hint: 'pass --trust FILE or set ROOTSWEEP_TRUST; "rootsweep keygen" prints what belongs into it',
      cause: error,
    });
  });
  return { trust: parseTrust(decodeUtf8(bytes, shown, 'trust file'), shown), shown };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
