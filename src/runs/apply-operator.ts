/** Who signs the journal of a run. */
import type { RunOperator } from '../core/apply/journal.js';
import type { RunSigner } from '../core/apply/journal-line.js';
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
