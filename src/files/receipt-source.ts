/**
 * From the bytes of a journal to the receipt that it yields. The journal is only read, and without its lock.
 *
 * The chain of hashes shows a change of any line but the last, which no line follows, and says nothing of lines that
 * are missing at the end: for these, compare the journal with a receipt that was signed when it was whole.
 */
import { createHash } from 'node:crypto';
import { decodeJournal, wholeLines } from '../core/journal.js';
import { foldReceipt } from '../core/receipt.js';
import { findStart } from '../core/receipt-records.js';
import { type AnyReceipt, foldRemedyReceipt, isOfRemedies } from '../core/remedy-receipt.js';
import { RootsweepError } from '../errors.js';
import { orderAnyReceipt } from './receipt.js';
import { findMisfit } from './schema.js';
import { decodeUtf8 } from './text-file.js';

export const JOURNAL_LIMITS = { what: 'journal', maxBytes: 256 * 2 ** 20 } as const;

/** @throws RootsweepError JOURNAL_INVALID with file, line and column; FILE_UNREADABLE where it is no text. */
export function readReceipt(bytes: Buffer, fileName: string): AnyReceipt {
  // What a crash tore is told, and no part of the evidence, just as "apply" continues without it.
  const whole = wholeLines(bytes);
  const text = decodeUtf8(whole, fileName, 'journal');
  const refuse = (index: number, sentence: string) =>
    new RootsweepError('JOURNAL_INVALID', `${fileName}:${index + 1}:1: ${sentence}`, {
      hint: 'name the journal that lies beside the plan, as "rootsweep apply" wrote it (*.journal.jsonl)',
    });
  if (text === '') throw refuse(0, 'the journal holds no whole line');
  const digest = findDigest(text.slice(0, text.indexOf('\n')));
  if (digest === undefined) throw refuse(0, 'this is no journal that "rootsweep apply" wrote');
  const { records } = decodeJournal(text, digest, fileName);
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

/** The plan's digest, by the journal's first record; the chain of hashes, which begins with it, proves it. */
function findDigest(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null;
    return isObject && 'digest' in value && typeof value.digest === 'string' ? value.digest : undefined;
  } catch {
    return undefined;
  }
}
