/** Reading a receipt, and the journal that it is of. */

import type { Context } from '../context.js';
import type { RunVerifier } from '../core/apply/journal-line.js';
import type { Receipt } from '../core/apply/receipt.js';
import { decodeEnvelope } from '../core/signing/envelope.js';
import type { Signer } from '../core/signing/trust.js';
import { RootsweepError } from '../errors.js';
import { readFileBytes } from '../files/io/text-file.js';
import { JOURNAL_LIMITS } from '../files/journal/journal-storage.js';
import type { TrustFile } from '../files/keys/trust-source.js';
import { emitReceipt, parseReceipt } from '../files/plan/receipt.js';
import { readReceipt } from '../files/plan/receipt-source.js';
import { createRunVerifier } from '../signing/run.js';
import { verifyReceiptSignatures } from '../signing/trust.js';
import { readTrust } from './inputs.js';
import { resolvePath } from './paths.js';
import type { TrustFlags } from './trust-flags.js';

/**
 * The receipt that a journal yields now. It is read without the lock: a run may be at work on it.
 * @throws RootsweepError JOURNAL_INVALID where it is not one of runs of trusted operators.
 */
export async function readReceiptOf(
  path: string,
  shownPath: string,
  verifyRun: RunVerifier,
): Promise<Receipt> {
  return readReceipt(await readFileBytes(path, JOURNAL_LIMITS), shownPath, verifyRun);
}

export interface ReceiptPaths extends TrustFlags {
  readonly receipt: string;
  readonly journal: string | undefined;
}

/** In this order: signatures on bytes, then the receipt, then the journal, which must yield the same bytes. */
export async function verifyReceipt(
  file: Buffer,
  paths: ReceiptPaths,
  context: Pick<Context, 'cwd' | 'env' | 'homeFolder' | 'userId' | 'clock'>,
): Promise<{
  readonly receipt: Receipt;
  readonly signers: readonly Pick<Signer, 'name' | 'keyid'>[];
  readonly trustFile: TrustFile;
}> {
  const envelope = decodeEnvelope(file, paths.receipt, 'receipt');
  const { trust, trustFile } = await readTrust(paths, paths.receipt, context);
  const now = context.clock.now();
  const named = { receipt: paths.receipt, trust: trustFile.path };
  const signers = verifyReceiptSignatures(envelope, trust, named, now);
  const receipt = parseReceipt(envelope.body, paths.receipt);
  if (paths.journal !== undefined) {
    const verifyRun = createRunVerifier(trust, trustFile.path, now);
    const yielded = emitReceipt(
      await readReceiptOf(resolvePath(paths.journal, context), paths.journal, verifyRun),
    );
    if (!yielded.equals(envelope.body)) {
      throw new RootsweepError(
        'RECEIPT_MISMATCH',
        `"${paths.receipt}" is not the receipt that "${paths.journal}" yields`,
        { hint: 'a journal grows with every run of apply; was another run started after the receipt?' },
      );
    }
  }
  return { receipt, signers, trustFile };
}
