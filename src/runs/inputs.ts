/** The files that several runs read, and where they look for them. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../context.js';
import type { CommandWord } from '../core/base/command-line.js';
import { checkPlan, checkSigningTimes, type PolicyFile } from '../core/plan/guard.js';
import type { Plan } from '../core/plan/plan.js';
import { decodeEnvelope, digestBody, type Envelope } from '../core/signing/envelope.js';
import type { Trust } from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';
import { decodeUtf8, readFileBytes } from '../files/io/text-file.js';
import { configFolder } from '../files/keys/config-folder.js';
import { parseTrust } from '../files/keys/trust.js';
import { readTrustFile, type TrustFile } from '../files/keys/trust-source.js';
import { readApprovals } from '../files/plan/approvals.js';
import { PLAN_LIMITS, parsePlan } from '../files/plan/plan.js';
import { parsePolicy } from '../files/policy/policy.js';
import { refuseRevoked, type Signatures, verifySignatures } from '../signing/trust.js';
import { resolvePath } from './arguments.js';

const SMALL_FILE = 2 ** 20;

type User = Pick<Context, 'cwd' | 'env' | 'homeFolder' | 'userId'>;

/** @param path as the user named it; so are all paths here. */
export async function readPolicy(
  path: string,
  context: Pick<Context, 'cwd'>,
): Promise<PolicyFile & { readonly text: string }> {
  const bytes = await readFileBytes(resolvePath(path, context), { what: 'policy', maxBytes: SMALL_FILE });
  const text = decodeUtf8(bytes, path, 'policy');
  const policy = parsePolicy(text, path);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), policy, text };
}

/** Which trust file the user named. */
export interface TrustFlags {
  readonly trust: string | undefined;
  readonly confirmTrust: string | undefined;
}

/** The flags once more, for a command that is printed. */
export function trustWords({ trust, confirmTrust }: TrustFlags): readonly CommandWord[] {
  return [
    ['--trust', trust],
    ['--confirm-trust', confirmTrust],
  ];
}

/** As the user named them. */
export interface PlanPaths extends TrustFlags {
  readonly plan: string;
  readonly policy: string;
}

export interface VerifiedPlan {
  readonly plan: Plan;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
  /** Approvers and witnesses may be missing: `requireSignatures`. */
  readonly signatures: Signatures;
  readonly policyFile: PolicyFile;
  readonly trust: Trust;
  readonly trustFile: TrustFile;
}

/** Reads a plan file and the approvals beside it, each file once: what is verified is what is used. */
export async function readEnvelope(path: string, context: Pick<Context, 'cwd'>): Promise<Envelope> {
  const file = resolvePath(path, context);
  return withApprovals(decodeEnvelope(await readFileBytes(file, PLAN_LIMITS), path), file);
}

/**
 * Adds the signatures that lie in files of their own. Who may put files there gains nothing: only trusted keys count.
 * @param file the resolved path of the plan.
 */
export async function withApprovals({ body, signatures }: Envelope, file: string): Promise<Envelope> {
  return { body, signatures: [...signatures, ...(await readApprovals(file, digestBody(body)))] };
}

/** Promise 2, in this order: signatures on bytes, then the plan, then the policy it was made with. */
export async function openVerifiedPlan(paths: PlanPaths, context: User, now: Date): Promise<VerifiedPlan> {
  const file = await readFileBytes(resolvePath(paths.plan, context), PLAN_LIMITS);
  return verifyPlanBytes(file, paths, context, now);
}

/** The same for a plan file that was read already. */
export async function verifyPlanBytes(
  file: Buffer,
  paths: PlanPaths,
  context: User,
  now: Date,
): Promise<VerifiedPlan> {
  const envelope = await withApprovals(decodeEnvelope(file, paths.plan), resolvePath(paths.plan, context));
  const { trust, trustFile, ...signatures } = await verifyTrust(envelope, paths, context, now);
  const policyFile = await readPolicy(paths.policy, context);
  const plan = parsePlan(envelope.body, paths.plan);
  checkSigningTimes(plan, signatures.signers, now);
  checkPlan(plan, policyFile, now);
  return { plan, digest: digestBody(envelope.body), signatures, policyFile, trust, trustFile };
}

/**
 * Checks the signatures of a plan by the trust file (`readTrust`).
 * @throws RootsweepError PLAN_REVOKED, and what `verifySignatures` throws.
 */
export async function verifyTrust(
  envelope: Envelope,
  paths: TrustFlags & { readonly plan: string },
  context: User,
  now: Date,
): Promise<Signatures & Pick<VerifiedPlan, 'trust' | 'trustFile'>> {
  const { trust, trustFile } = await readTrust(paths, paths.plan, context);
  const files = { plan: paths.plan, trust: trustFile.path };
  refuseRevoked(trust, digestBody(envelope.body), files);
  return { trust, trustFile, ...verifySignatures(envelope, trust, files, now) };
}

/**
 * `--trust`, else ROOTSWEEP_TRUST, else `trust.yaml` in the configuration folder; never the one beside the file that
 * is to be trusted.
 * @param target the plan or the receipt that is to be trusted, as the user named it.
 */
export async function readTrust(
  { trust: flag, confirmTrust }: TrustFlags,
  target: string,
  context: User,
): Promise<{ readonly trust: Trust; readonly trustFile: TrustFile }> {
  const { path, shown, isNamed } = locateTrust(flag, context);
  const source = {
    path,
    shown,
    namedBy: flag === undefined ? 'surroundings' : 'flag',
    confirmed: confirmTrust,
    target: { path: resolvePath(target, context), shown: target },
  } as const;
  const { text, ...trustFile } = await readTrustFile(source, context).catch((error: unknown) => {
    if (isNamed || !(error instanceof RootsweepError) || error.code !== 'FILE_NOT_FOUND') throw error;
    throw new RootsweepError('TRUST_MISSING', `no trust file was given, and there is none at "${shown}"`, {
      hint: 'pass --trust FILE or set ROOTSWEEP_TRUST; "rootsweep keygen" prints what belongs in it',
      cause: error,
    });
  });
  return { trust: parseTrust(text, shown), trustFile };
}

export interface TrustLocation {
  readonly path: string;
  /** As it is shown. */
  readonly shown: string;
  /** By `--trust` or ROOTSWEEP_TRUST. */
  readonly isNamed: boolean;
}

/** Where the trust file is that counts, and that `rootsweep trust` changes. */
export function locateTrust(flag: string | undefined, context: User): TrustLocation {
  const named = flag ?? (context.env.ROOTSWEEP_TRUST || undefined);
  const path = named === undefined ? join(configFolder(context), 'trust.yaml') : resolvePath(named, context);
  return { path, shown: named ?? path, isNamed: named !== undefined };
}
