/** Who applies a plan and signs the journal, and whether they may at a time. */
import type { RunOperator } from '../core/apply/journal.js';
import type { RunSigner } from '../core/apply/journal-line.js';
import { checkSigners, checkTimes, checkWait } from '../core/plan/guard.js';
import { findSignedSince } from '../core/signing/trust.js';
import { createRunSigner } from '../signing/run.js';
import { requireRole } from '../signing/trust.js';
import type { AwsHost } from './host.js';
import type { VerifiedPlan } from './inputs.js';
import { type KeyFlags, openKey } from './key-options.js';

export interface Operator {
  readonly named: RunOperator;
  readonly signer: RunSigner;
  /** @throws RootsweepError KEY_NOT_TRUSTED */
  readonly requireTrusted: (now: Date) => void;
}

/**
 * The operator's key and the key of this run, which signs for it.
 * @throws RootsweepError KEY_NOT_TRUSTED, and what `openKey` throws.
 */
export async function openOperator(
  flags: KeyFlags,
  { trust, trustFile }: VerifiedPlan,
  host: AwsHost,
): Promise<Operator> {
  const key = await openKey(flags, host);
  const { keyid, algorithm } = key.publicKey;
  const requireTrusted = (now: Date) =>
    requireRole(trust, key.publicKey, 'operator', { trustFile: trustFile.path, now });
  const { name } = requireTrusted(host.context.clock.now());
  return { named: { name, keyid, algorithm }, signer: createRunSigner(key), requireTrusted };
}

/** @throws RootsweepError where the plan may not be applied at this time. */
export function checkTiming({ plan, signatures, policyFile }: VerifiedPlan, now: Date): void {
  const { threshold, signers } = signatures;
  checkTimes(plan, policyFile.policy, now);
  checkWait(plan, findSignedSince(threshold, signers, plan.created) ?? Number.NaN, now);
}

/**
 * The same, and that the keys of its signers and of the operator have not ended.
 * @param times by the clock of this machine and by that of AWS: what has ended by either of them has ended.
 */
export function checkStillGood(verified: VerifiedPlan, operator: Operator, times: readonly Date[]): void {
  const { threshold, signers } = verified.signatures;
  for (const now of times) {
    checkTiming(verified, now);
    checkSigners(threshold, signers, now);
    operator.requireTrusted(now);
  }
}
