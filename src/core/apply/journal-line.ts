/**
 * The lines of a journal: evidence that cannot be forged (promise 14).
 *
 *     {"type":"run-started",…,"previous":"…","key":"…","operator":{"name":"…","keyid":"…","algorithm":"…","signature":"…"},"signature":"…"}
 *     {"type":"wave-started",…,"previous":"…","signature":"…"}
 *
 * A line is JSON in one spelling. `signature` is made with the run's key, an Ed25519 key that exists only in the process of
 * the run, over the line without the characters `,"signature":"…"`. The head of the run holds the public key in `key`, as
 * base64 of its SPKI DER. The operator signs each run once: `operator.signature` is over the text of the head without both
 * signatures. All signatures are over DSSE's PAE of the text, and are base64. `previous` is the SHA-256, in hex, of the
 * line before, or of the plan's digest in the first line: moved, missing and added lines are detected.
 *
 * Lines missing at the end are not detected.
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
  /** With the operator's key, which may be in an agent or a service, and may need a confirmation. */
  readonly signHead: (message: Buffer) => Promise<Buffer>;
  /** With the run's key. */
  readonly signRecord: (message: Buffer) => Buffer;
}

/** A head of a run before it is verified. */
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

/** @param previous the line before this one, or the plan's digest for the first line. */
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
 * In bytes. Records are far shorter: a longer text is not a torn record, and is left to the check of signatures. Only this
 * check parses unsigned text, and some texts take a parser minutes.
 */
const LONGEST_RECORD = 2 ** 20;
/** The most records in one write: one for each account at work, limited by `--concurrency`. */
const LARGEST_WRITE = 200;

/**
 * The bytes of a journal's whole lines. A crash may have torn the last write, or left its end without its beginning. No
 * action followed it, because actions wait until their record is on the disk. The last write can hold several lines, but
 * only one of each account, since each account waits for its own record.
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
      // The head of a run is written alone: a file with another first line and more lines is not a journal.
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
 * Decodes a journal's whole lines. No line is used before its signature was verified.
 * @param digest of the plan; undefined to accept that of the first line.
 * @returns the records, and the last line, which the next record's hash covers.
 * @throws RootsweepError JOURNAL_INVALID if no trusted operator signed a run, its run did not write a line in this place,
 * the journal is another plan's, or rootsweep never writes such a record.
 */
export function decodeJournal(
  bytes: Buffer,
  digest: string | undefined,
  fileName: string,
  verifyRun: RunVerifier,
): { readonly records: readonly JournalRecord[]; readonly last: string } {
  let last = digest ?? '';
  let runKey: PublicKey | undefined;
  // Invalid UTF-8 becomes a character that is always written escaped, so its signature does not verify.
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

/** @param closing the end of the text, after the signature. */
function addSignature(text: string, closing: '}' | '}}', signature: Buffer): string {
  return `${text.slice(0, -closing.length)}${SIGNATURE}${signature.toString('base64')}"${closing}`;
}

/** The reverse of `addSignature`, without a parser. */
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
    // The regular expression allows no others.
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
