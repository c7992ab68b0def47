/** The journal on disk. Each record is durable before the caller continues (promise 7). */
import type { JournalRecord } from '../../core/apply/journal.js';
import {
  decodeJournal,
  encodeRecord,
  type RunSigner,
  type RunVerifier,
  wholeLines,
} from '../../core/apply/journal-line.js';
import { RootsweepError } from '../../errors.js';
import { explain, hasCode } from '../io/text-file.js';
import { type AppendedFile, JOURNAL_LIMITS, type JournalStorage } from './journal-storage.js';
import { acquireLock, type LockHolder } from './lock.js';

export interface JournalFile {
  /** Records of earlier runs. */
  readonly earlier: readonly JournalRecord[];
  /** The killed run that still held the lock, if any. */
  readonly takenFrom?: LockHolder;
  /** Resolves when the record is on disk. */
  readonly append: (record: JournalRecord) => Promise<void>;
  /** Closes the journal and releases its lock. */
  readonly close: () => Promise<void>;
}

/** The journal is beside its plan. The name contains the start of the plan's digest, so that every plan has its own. */
export function journalPath(planPath: string, digest: string): string {
  return `${planPath.replace(/\.ya?ml$/, '')}.${digest.slice(0, 12)}.journal.jsonl`;
}

export interface JournalOptions {
  readonly path: string;
  /** The plan's digest, in hex. */
  readonly digest: string;
  readonly holder: LockHolder;
  /** Whether a process on this host is running. */
  readonly isRunning: (pid: number) => boolean;
  /** Verifies earlier runs. */
  readonly verifyRun: RunVerifier;
  /** Signs this run. */
  readonly signer: RunSigner;
}

/**
 * Opens a plan's journal, exclusively for one run. The first record creates the file.
 * @throws RootsweepError JOURNAL_LOCKED, FILE_UNWRITABLE, FILE_TOO_LARGE, and the errors of `decodeJournal`.
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
    // Report the first error, not one from the cleanup.
    await lock.release().catch(() => undefined);
    throw unwritable(error, path);
  }
}

/**
 * @param sizes bytes read, and bytes in complete lines, to which the file is truncated before appending.
 * @param encode encodes a record; `previous` is the last appended line, if any.
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
  // One write at a time, because each record contains the previous one's hash. Records that arrive meanwhile are
  // written together, with one sync for all.
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
    // The lock keeps other runs out, unless it was removed by hand: then never truncate or append to their records.
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
      // A failed append makes all later ones fail, because the content on disk is unknown.
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
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
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
