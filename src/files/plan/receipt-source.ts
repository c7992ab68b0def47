/**
 * Derives a receipt from the bytes of a journal. The journal is only read, without its lock.
 *
 * Signatures reveal every change, but not lines missing at the end. To detect these, compare the journal with a receipt
 * that was signed when the journal was complete.
 */
import { createHash } from 'node:crypto';
import { decodeJournal, type RunVerifier, wholeLines } from '../../core/apply/journal-line.js';
import { findReceiptFault, foldReceipt, type Receipt } from '../../core/apply/receipt.js';
import { findStart } from '../../core/apply/receipt-records.js';
import { RootsweepError } from '../../errors.js';
import { findMisfit } from '../schema/schema.js';
import { orderReceipt } from './receipt.js';

/** The start of every journal, valid or not. Any other file starts differently. */
const BEGINNING = Buffer.from('{"type":"run-started",');

/** @throws RootsweepError JOURNAL_INVALID with file, line and column. */
export function readReceipt(bytes: Buffer, fileName: string, verifyRun: RunVerifier): Receipt {
  // A line torn by a crash is reported but is not evidence; "apply" continues without it too.
  const whole = wholeLines(bytes);
  const refuse = (index: number, sentence: string) =>
    new RootsweepError('JOURNAL_INVALID', `${fileName}:${index + 1}:1: ${sentence}`, {
      hint: 'name the journal that lies beside the plan, as "rootsweep apply" wrote it (*.journal.jsonl)',
    });
  if (whole.length === 0) throw refuse(0, 'the journal holds no whole line');
  if (!whole.subarray(0, BEGINNING.length).equals(BEGINNING))
    throw refuse(0, 'this is no journal that "rootsweep apply" wrote');
  const { records } = decodeJournal(whole, undefined, fileName, verifyRun);
  const start = findStart(records);
  if ('sentence' in start) throw refuse(start.index, start.sentence);
  const receipt = foldReceipt(start, records, {
    sha256: createHash('sha256').update(whole).digest('hex'),
    lines: records.length,
    tornBytes: bytes.length - whole.length,
  });
  // "verify" accepts what is written here.
  const misfit = findMisfit('receipt.schema.json', orderReceipt(receipt));
  const fault = misfit === undefined ? findReceiptFault(receipt) : `${misfit} would be wrong`;
  if (fault !== undefined) {
    throw refuse(0, `the journal holds what rootsweep never writes; of its receipt, ${fault}`);
  }
  return receipt;
}
