/**
 * The lines of a journal: evidence that cannot be forged (promise 14).
 *
 *     {"type":"run-started",…,"previous":"…","key":"…","operator":{"name":"…","keyid":"…","algorithm":"…","signature":"…"},"signature":"…"}
 *     {"type":"wave-started",…,"previous":"…","signature":"…"}
 *
 * A line is JSON in one spelling. `signature` is that of the run's key, an Ed25519 key that lives no longer than the
 * process of the run, over the line without the characters `,"signature":"…"`. The head of the run holds the public
 * half, as base64 of its SPKI DER, in `key`. `operator.signature` is the operator's, once for the run, over the same
 * text of the head without the operator's `,"signature":"…"` as well. All of them are over DSSE's PAE of that text, and
 * are base64. `previous` is the SHA-256, in hex, of the line before, or of the plan's digest in the first line: a head
 * commits to everything that stands before it, and a line that is moved, left out or put in shows.
 *
 * What shows in no line is how many are missing at the end.
 */
import { createHash } from 'node:crypto';
import { RootsweepError } from '../../errors.js';
import { stringifyVisibly } from '../base/text.js';
import { encodePae, JOURNAL_PAYLOAD_TYPES } from '../signing/envelope.js';
import { ALGORITHMS, type Algorithm, type PublicKey } from '../signing/key.js';
import type { JournalRecord, RunOperator, RunStarted } from './journal.js';
import { isJournalRecord } from './journal-shape.js';

/** The keys of one run. */
export interface RunSigner {
  /** The public half of the run's key: base64 of its SPKI DER. */
  readonly key: string;
  /** By the operator, whose key may be in an agent or a service, and may ask for something. */
  readonly signHead: (message: Buffer) => Promise<Buffer>;
  /** By the run's key. */
  readonly signRecord: (message: Buffer) => Buffer;
}

/** What a head claims, before it is believed. */
export interface SignedHead extends Omit<RunOperator, 'name'> {
  readonly key: string;
  readonly message: Buffer;
  readonly signature: Buffer;
}

/** Whether a trusted operator signed the head of a run, and the run's key. */
export type RunVerifier = (
  head: SignedHead,
) =>
  | { readonly kind: 'trusted'; readonly key: PublicKey }
  | { readonly kind: 'refused'; readonly reason: string; readonly hint?: string };

/** @param previous the whole line before this one, or the plan's digest at the start. */
export async function encodeRecord(
  record: JournalRecord,
  previous: string,
  signer: RunSigner,
): Promise<string> {
  const text =
    record.type === 'run-started'
      ? await encodeHead(record, hashLine(previous), signer)
      : stringifyVisibly({ ...record, previous: hashLine(previous) });
  return addSignature(text, '}', signer.signRecord(encodeRecordMessage(text)));
}

async function encodeHead(
  { operator, ...record }: RunStarted,
  previous: string,
  { key, signHead }: RunSigner,
): Promise<string> {
  const { name, keyid, algorithm } = operator;
  const text = stringifyVisibly({ ...record, previous, key, operator: { name, keyid, algorithm } });
  return addSignature(text, '}}', await signHead(encodeHeadMessage(text)));
}

/**
 * In bytes. No record comes near: what is longer is not the half of one, and is left to the signatures. Nothing else here
 * parses what is not signed, and texts exist that take a parser minutes.
 */
const LONGEST_RECORD = 2 ** 20;
/** Records that are written at once: one of each account at work, and no more accounts are at work than `--concurrency`. */
const LARGEST_WRITE = 200;

/**
 * The bytes of a journal's whole lines. A crash may have torn what was written last, or left its end and not its
 * beginning: nothing was done on its word, because a deletion waits until all of it is on the disk. What was written
 * last can be several lines, of which no two are about one account, since each account waits for its own.
 */
export function wholeLines(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const accounts = new Set<unknown>();
  let whole = end;
  let start = end;
  for (let lines = 0; start > 0 && lines < LARGEST_WRITE; lines += 1) {
    const next = start;
    start = next < 2 ? 0 : bytes.lastIndexOf(0x0a, next - 2) + 1;
    if (next - start > LONGEST_RECORD) break;
    const record = parseJson(String(bytes.subarray(start, next)));
    if (record === undefined) {
      // The head of a run is written alone: what begins otherwise, and goes on, is no journal.
      if (start > 0 || next === end) whole = start;
      continue;
    }
    const account = accountOf(record);
    if (account === undefined || accounts.has(account)) break;
    accounts.add(account);
  }
  return bytes.subarray(0, whole);
}

function accountOf(record: unknown): unknown {
  return typeof record === 'object' && record !== null && 'account' in record ? record.account : undefined;
}

/**
 * Reads a journal's whole lines back. Nothing of a line is believed before its signature was verified.
 * @param digest of the plan; undefined where that is what the first line says.
 * @returns the records, and the last line, which the next record's hash covers.
 * @throws RootsweepError JOURNAL_INVALID where no trusted operator signed a run, a line is not one that its run wrote in
 * this place, the journal is another plan's, or a record is none that rootsweep writes.
 */
export function decodeJournal(
  bytes: Buffer,
  digest: string | undefined,
  fileName: string,
  verifyRun: RunVerifier,
): { readonly records: readonly JournalRecord[]; readonly last: string } {
  let last = digest ?? '';
  let runKey: PublicKey | undefined;
  // Bytes that are no UTF-8 become a character that is never written as itself, so that no signature fits.
  const lines = bytes.toString().split('\n').slice(0, -1);
  const records = lines.map((line, index) => {
    const refuse = (what: string, hint?: string) =>
      new RootsweepError('JOURNAL_INVALID', `${fileName}:${index + 1}:1: the journal ${what}`, {
        hint:
          hint ??
          'restore the journal that apply wrote; without it, what was deleted is unknown, and "rootsweep plan" must look again',
      });
    const signed = splitSignature(line, '}');
    if (signed === undefined) throw refuse('holds a line that is not signed');
    const head = parseHead(signed.text);
    if (head !== undefined) {
      const verified = verifyRun(head);
      if (verified.kind === 'refused') throw refuse(verified.reason, verified.hint);
      runKey = verified.key;
    }
    if (runKey === undefined) throw refuse('does not start with the signed head of a run');
    if (!runKey.verify(encodeRecordMessage(signed.text), signed.signature, ''))
      throw refuse('holds a record that its run did not sign, or that was changed afterwards');
    const value = parseJson(line);
    if (value === undefined || stringifyVisibly(value) !== line)
      throw refuse('holds a record that is spelled as rootsweep never does');
    if (!isJournalRecord(value) || (value.type === 'run-started') !== (head !== undefined))
      throw refuse('holds a record that rootsweep never writes');
    const before = index === 0 && digest === undefined && 'digest' in value ? value.digest : last;
    if (!('previous' in value) || value.previous !== hashLine(before))
      throw refuse(
        index === 0
          ? 'belongs to another plan'
          : 'holds a record in the wrong place: lines were added, moved or left out',
      );
    last = line;
    return value;
  });
  return { records, last };
}

const SIGNATURE = ',"signature":"';
const SIGNATURE_END = /^([A-Za-z0-9+/]+={0,2})"(\}\}?)$/;
const KEY = ',"key":"';
const HEAD_END = new RegExp(
  String.raw`^(?<key>[A-Za-z0-9+/]+={0,2})","operator":\{"name":"(?:[^"\\]|\\.)*","keyid":"(?<keyid>[0-9a-f]{64})","algorithm":"(?<algorithm>${ALGORITHMS.join('|')})"\}\}$`,
);

/** @param closing how the text ends, behind the signature. */
function addSignature(text: string, closing: '}' | '}}', signature: Buffer): string {
  return `${text.slice(0, -closing.length)}${SIGNATURE}${signature.toString('base64')}"${closing}`;
}

/** The reverse, on characters: nothing is parsed. */
function splitSignature(
  text: string,
  closing: '}' | '}}',
): { readonly text: string; readonly signature: Buffer } | undefined {
  const at = text.lastIndexOf(SIGNATURE);
  const [, base64 = '', end] = SIGNATURE_END.exec(at < 0 ? '' : text.slice(at + SIGNATURE.length)) ?? [];
  const signature = Buffer.from(base64, 'base64');
  if (end !== closing || signature.toString('base64') !== base64) return undefined;
  return { text: `${text.slice(0, at)}${closing}`, signature };
}

/** @param text a line without the signature of the run's key. */
function parseHead(text: string): SignedHead | undefined {
  const signed = splitSignature(text, '}}');
  if (signed === undefined) return undefined;
  const at = signed.text.lastIndexOf(KEY);
  const groups = HEAD_END.exec(at < 0 ? '' : signed.text.slice(at + KEY.length))?.groups;
  if (groups === undefined) return undefined;
  const { key = '', keyid = '', algorithm } = groups;
  return {
    key,
    keyid,
    // The expression has just proven it.
    algorithm: algorithm as Algorithm,
    message: encodeHeadMessage(signed.text),
    signature: signed.signature,
  };
}

function encodeHeadMessage(text: string): Buffer {
  return encodePae(JOURNAL_PAYLOAD_TYPES.run, Buffer.from(text));
}

function encodeRecordMessage(text: string): Buffer {
  return encodePae(JOURNAL_PAYLOAD_TYPES.record, Buffer.from(text));
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function hashLine(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
