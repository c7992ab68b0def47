/** The journal on disk: each record is there for good before the caller goes on (promise 7). */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { decodeJournal, encodeRecord, type JournalRecord } from '../core/journal.js';
import { decodeUtf8, explain } from './text-file.js';

export interface JournalFile {
  /** What earlier runs wrote. */
  readonly earlier: readonly JournalRecord[];
  /** Returns when the record is on the disk. */
  readonly append: (record: JournalRecord) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The journal of a plan lies beside it and carries the head of its digest: every plan has its own. */
export function journalPath(planPath: string, digest: string): string {
  return `${planPath.replace(/\.ya?ml$/, '')}.${digest.slice(0, 12)}.journal.jsonl`;
}

/**
 * Opens a plan's journal to append to it, and makes it if there is none.
 * @throws RootsweepError FILE_UNWRITABLE, and what `decodeJournal` throws.
 */
export async function openJournal(path: string, digest: string): Promise<JournalFile> {
  const failed = (error: unknown) => explain(error, 'FILE_UNWRITABLE', `cannot write the journal "${path}"`);
  let file: FileHandle;
  try {
    file = await open(path, 'a+', 0o600);
  } catch (error) {
    throw failed(error);
  }
  try {
    const bytes = await file.readFile();
    // A crash may have torn the last line. Nothing was done on its word: a deletion waits for the whole of it.
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    const { records, last } = decodeJournal(decodeUtf8(whole, path, 'journal'), digest, path);
    await file.truncate(whole.length);
    await syncFolder(dirname(path));
    let previous = last;
    // One append at a time: each record carries the hash of the one before it.
    let queue = Promise.resolve();
    const write = async (record: JournalRecord) => {
      const line = encodeRecord(record, previous);
      await file.appendFile(`${line}\n`);
      await file.datasync();
      previous = line;
    };
    return {
      earlier: records,
      append: (record) => {
        const written = queue.then(() => write(record));
        // A failed append fails every later one: after it, nobody knows what is on the disk.
        queue = written;
        queue.catch(() => undefined);
        return written.catch((error: unknown) => {
          throw failed(error);
        });
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw failed(error);
  }
}

/** Makes a new file's name durable, not only its content. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
