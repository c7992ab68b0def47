/** The journal on disk: each record is there for good before the caller goes on (promise 7). */
import type { JournalRecord } from '../core/journal.js';
import {
  decodeJournal,
  encodeRecord,
  type RunSigner,
  type RunVerifier,
  wholeLines,
} from '../core/journal-line.js';
import { RootsweepError } from '../errors.js';
import { type AppendedFile, JOURNAL_LIMITS, type JournalStorage } from './journal-storage.js';
import { acquireLock, type LockHolder } from './lock.js';
import { explain } from './text-file.js';

export interface JournalFile {
  /** What earlier runs wrote. */
  readonly earlier: readonly JournalRecord[];
  /** The run that was killed while it held the journal, where there was one. */
  readonly takenFrom?: LockHolder;
  /** Returns when the record is on the disk. */
  readonly append: (record: JournalRecord) => Promise<void>;
  /** Closes the journal, and gives it free for another run. */
  readonly close: () => Promise<void>;
}

/** The journal of a plan lies beside it and carries the head of its digest: every plan has its own. */
export function journalPath(planPath: string, digest: string): string {
  return `${planPath.replace(/\.ya?ml$/, '')}.${digest.slice(0, 12)}.journal.jsonl`;
}

export interface JournalOptions {
  readonly path: string;
  /** Of the plan, in hex. */
  readonly digest: string;
  readonly holder: LockHolder;
  /** Whether a process of this host runs. */
  readonly isRunning: (pid: number) => boolean;
  /** Of earlier runs. */
  readonly verifyRun: RunVerifier;
  /** Of this one. */
  readonly signer: RunSigner;
}

/**
 * Opens a plan's journal for one run at a time. The first record makes the file.
 * @throws RootsweepError JOURNAL_LOCKED, FILE_UNWRITABLE, FILE_TOO_LARGE, and what `decodeJournal` throws.
 */
export async function openJournal(
  storage: JournalStorage,
  { path, digest, holder, isRunning, verifyRun, signer }: JournalOptions,
): Promise<JournalFile> {
  const lock = await acquireLock(storage, `${path}.lock`, holder, isRunning);
  try {
    const bytes = await readIfThere(storage, path);
    const whole = wholeLines(bytes);
    const { records, last } = decodeJournal(whole, digest, path, verifyRun);
    const sizes = { read: bytes.length, whole: whole.length };
    const { append, close } = openAppender(storage, path, sizes, (record, previous = last) =>
      encodeRecord(record, previous, signer),
    );
    return {
      earlier: records,
      ...(lock.takenFrom === undefined ? {} : { takenFrom: lock.takenFrom }),
      append,
      close: () => close().finally(() => lock.release()),
    };
  } catch (error) {
    // What went wrong first is what the user must know.
    await lock.release().catch(() => undefined);
    throw unwritable(error, path);
  }
}

/**
 * @param sizes what was read, and the whole lines of it, after which the file is cut before anything is appended.
 * @param encode a record that follows the line that was appended last, if any was.
 */
function openAppender(
  storage: JournalStorage,
  path: string,
  sizes: { readonly read: number; readonly whole: number },
  encode: (record: JournalRecord, previous?: string) => Promise<string>,
): Pick<JournalFile, 'append' | 'close'> {
  let file: AppendedFile | undefined;
  let size = sizes.read;
  let previous: string | undefined;
  let waiting: JournalRecord[] = [];
  // One write at a time: each record carries the hash of the one before it. What was appended meanwhile goes with the
  // next one, so that one wait for the disk does for all of it.
  let queue = Promise.resolve();
  const writeWaiting = async () => {
    const records = waiting;
    waiting = [];
    if (records.length === 0) return;
    let text = '';
    for (const record of records) {
      previous = await encode(record, previous);
      text += `${previous}\n`;
    }
    const isFirst = file === undefined;
    file ??= await storage.open(path);
    // The lock keeps others away, unless somebody removed it: what they wrote is never cut off, nor written behind.
    if ((await file.size()) !== size) throw foreign(path);
    if (isFirst) {
      await file.truncate(sizes.whole);
      size = sizes.whole;
    }
    await file.append(text);
    await file.sync();
    size += Buffer.byteLength(text);
  };
  return {
    append: (record) => {
      waiting.push(record);
      const written = queue.then(writeWaiting);
      // A failed append fails every later one: after it, nobody knows what is on the disk.
      queue = written;
      queue.catch(() => undefined);
      return written.catch((error: unknown) => {
        throw unwritable(error, path);
      });
    },
    close: async () => {
      await queue.catch(() => undefined);
      await file?.close();
    },
  };
}

async function readIfThere(storage: JournalStorage, path: string): Promise<Buffer> {
  try {
    return await storage.read(path, JOURNAL_LIMITS);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function foreign(path: string): RootsweepError {
  return new RootsweepError('JOURNAL_LOCKED', `somebody else writes to the journal "${path}"`, {
    hint: 'wait until no other run is at work on this plan, and run apply again',
  });
}

function unwritable(error: unknown, path: string): unknown {
  return explain(error, 'FILE_UNWRITABLE', `cannot write the journal "${path}"`);
}
