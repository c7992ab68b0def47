/** The files that several commands read, and where they look for them. */

import type { KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { decodeEnvelope, digestBody, type Envelope } from '../core/envelope.js';
import { checkPlan, type PolicyFile } from '../core/guard.js';
import type { Plan } from '../core/plan.js';
import type { Trust } from '../core/trust.js';
import { RootsweepError } from '../errors.js';
import { readSigningKey } from '../files/key.js';
import { PLAN_LIMITS, parsePlan } from '../files/plan.js';
import { parsePolicy } from '../files/policy.js';
import { decodeUtf8, readFileBytes } from '../files/text-file.js';
import { parseTrust } from '../files/trust.js';
import { type Signer, verifySignatures } from '../signing/trust.js';

const SMALL_FILE = 2 ** 20;

type Folders = Pick<Context, 'env' | 'homeFolder'>;

/** The user's configuration folder for rootsweep: XDG's, which a pull request cannot write to. */
export function configFolder({ env, homeFolder }: Folders): string {
  const base = env.XDG_CONFIG_HOME;
  return join(base !== undefined && base !== '' ? base : join(homeFolder, '.config'), 'rootsweep');
}

export async function readPolicy(path: string, shownPath: string): Promise<PolicyFile> {
  const bytes = await readFileBytes(path, { what: 'policy', maxBytes: SMALL_FILE });
  const policy = parsePolicy(decodeUtf8(bytes, shownPath, 'policy'), shownPath);
  return { path: shownPath, sha256: createHash('sha256').update(bytes).digest('hex'), policy };
}

/** `--key`, else ROOTSWEEP_KEY, else `signing-key.pem` in the configuration folder. */
export async function readKey(
  flag: string | undefined,
  resolve: (path: string) => string,
  context: Folders,
): Promise<KeyObject> {
  const fallback = join(configFolder(context), 'signing-key.pem');
  const path = flag ?? nonEmpty(context.env.ROOTSWEEP_KEY);
  try {
    return await readSigningKey(path === undefined ? fallback : resolve(path));
  } catch (error) {
    if (path !== undefined || !(error instanceof RootsweepError) || error.code !== 'FILE_NOT_FOUND')
      throw error;
    throw new RootsweepError('KEY_MISSING', `no signing key was given, and there is none at "${fallback}"`, {
      hint: 'pass --key KEY or set ROOTSWEEP_KEY; make a key with: rootsweep keygen',
      cause: error,
    });
  }
}

export interface VerifiedPlan {
  readonly plan: Plan;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
  readonly signers: readonly Signer[];
  readonly policyFile: PolicyFile;
}

/** Reads the envelope of a plan file, each file once: what is verified is what is used. */
export async function readEnvelope(path: string, shownPath: string): Promise<Envelope> {
  return decodeEnvelope(await readFileBytes(path, PLAN_LIMITS), shownPath);
}

/** Promise 2, in this order: signatures on bytes, then the plan, then the policy it was made with. */
export async function openVerifiedPlan(
  paths: { readonly plan: string; readonly policy: string; readonly trust: string | undefined },
  resolve: (path: string) => string,
  context: Folders,
  now: Date,
): Promise<VerifiedPlan> {
  return verifyPlanBytes(await readFileBytes(resolve(paths.plan), PLAN_LIMITS), paths, resolve, context, now);
}

/** The same for a plan file that was read already. */
export async function verifyPlanBytes(
  file: Buffer,
  paths: { readonly plan: string; readonly policy: string; readonly trust: string | undefined },
  resolve: (path: string) => string,
  context: Folders,
  now: Date,
): Promise<VerifiedPlan> {
  const envelope = decodeEnvelope(file, paths.plan);
  const signers = await verifyTrust(envelope, paths.plan, paths.trust, resolve, context);
  const policyFile = await readPolicy(resolve(paths.policy), paths.policy);
  const plan = parsePlan(envelope.body, paths.plan);
  checkPlan(plan, policyFile, now);
  return { plan, digest: digestBody(envelope.body), signers, policyFile };
}

/** Checks the signatures of a plan by the trust file (`readTrust`). */
export async function verifyTrust(
  envelope: Envelope,
  planPath: string,
  trustFlag: string | undefined,
  resolve: (path: string) => string,
  context: Folders,
): Promise<Signer[]> {
  const { trust, shown } = await readTrust(trustFlag, resolve, context);
  return verifySignatures(envelope, trust, { plan: planPath, trust: shown });
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
