/**
 * From the bytes of a journal to the receipt that it yields. The journal is only read, and without its lock.
 *
 * Signatures show every change, and say nothing of lines that are missing at the end: for these, compare the journal
 * with a receipt that was signed when it was whole.
 */
import { createHash } from 'node:crypto';
import { decodeJournal, type RunVerifier, wholeLines } from '../../core/apply/journal-line.js';
import { findReceiptFault, foldReceipt, type Receipt } from '../../core/apply/receipt.js';
import { findStart } from '../../core/apply/receipt-records.js';
import { RootsweepError } from '../../errors.js';
import { findMisfit } from '../schema/schema.js';
import { orderReceipt } from './receipt.js';

/** How every journal begins, believed or not: what begins otherwise is another file. */
const BEGINNING = Buffer.from('{"type":"run-started",');

/** @throws RootsweepError JOURNAL_INVALID with file, line and column. */
export function readReceipt(bytes: Buffer, fileName: string, verifyRun: RunVerifier): Receipt {
  // What a crash tore is told, and no part of the evidence, just as "apply" continues without it.
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
  // What is written here is what "verify" accepts.
  const misfit = findMisfit('receipt.schema.json', orderReceipt(receipt));
  const fault = misfit === undefined ? findReceiptFault(receipt) : `${misfit} would be wrong`;
  if (fault !== undefined) {
    throw refuse(0, `the journal holds what rootsweep never writes; of its receipt, ${fault}`);
  }
  return receipt;
}
