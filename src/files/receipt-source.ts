/**
 * From the bytes of a journal to the receipt that it yields. The journal is only read, and without its lock.
 *
 * Signatures show every change, and say nothing of lines that are missing at the end: for these, compare the journal
 * with a receipt that was signed when it was whole.
 */
import { createHash } from 'node:crypto';
import { decodeJournal, type RunVerifier, wholeLines } from '../core/journal-line.js';
import { foldReceipt } from '../core/receipt.js';
import { findStart } from '../core/receipt-records.js';
import { type AnyReceipt, foldRemedyReceipt, isOfRemedies } from '../core/remedy-receipt.js';
import { RootsweepError } from '../errors.js';
import { orderAnyReceipt } from './receipt.js';
import { findMisfit } from './schema.js';

/** How every journal begins, believed or not: what begins otherwise is another file. */
const BEGINNING = Buffer.from('{"type":"run-started",');

/** @throws RootsweepError JOURNAL_INVALID with file, line and column. */
export function readReceipt(bytes: Buffer, fileName: string, verifyRun: RunVerifier): AnyReceipt {
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
  const facts = {
    sha256: createHash('sha256').update(whole).digest('hex'),
    lines: records.length,
    tornBytes: bytes.length - whole.length,
  };
  const receipt = isOfRemedies(start)
    ? foldRemedyReceipt(start, records, facts)
    : foldReceipt(start, records, facts);
  // What is written here is what "verify" accepts.
  const schema = 'remedy' in receipt ? 'remedy-receipt.schema.json' : 'receipt.schema.json';
  const misfit = findMisfit(schema, orderAnyReceipt(receipt));
  if (misfit !== undefined) {
    throw refuse(
      0,
      `the journal holds what rootsweep never writes; of its receipt, ${misfit} would be wrong`,
    );
  }
  return receipt;
}
