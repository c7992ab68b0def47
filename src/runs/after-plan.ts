/** What comes after a plan was written. */
import type { Context } from '../context.js';
import { commandLine } from '../core/base/command-line.js';
import { decodeEnvelope } from '../core/signing/envelope.js';
import { RootsweepError } from '../errors.js';
import { findMissingStep } from '../signing/trust.js';
import { verifyTrust } from './inputs.js';

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
