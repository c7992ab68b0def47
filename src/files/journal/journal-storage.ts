/** The file system operations of a journal and its lock, as an interface, so that tests can simulate crashes. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, readdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileLimits, hasCode, readWithin, type SyncedFile, writeDurably } from '../io/text-file.js';

/**
 * The maximum size of a plan's journal. An account whose root user has everything that IAM's quotas allow (a password,
 * 8 MFA devices, 2 access keys, 2 signing certificates, with ids of maximum length) takes 41 records, 23 KB in all.
 * 10,000 such accounts, more than an organization can have by default, take 216 MiB; with a password and one MFA device
 * each, 36 MiB.
 */
export const JOURNAL_LIMITS = { what: 'journal', maxBytes: 256 * 2 ** 20 } as const satisfies FileLimits;

/** Every method rejects with the file system's error, which has a `code` (`ENOENT`, `EEXIST`, `ENOSPC`, …). */
export interface JournalStorage {
  /** Reads the whole file. Rejects with RootsweepError FILE_TOO_LARGE if it exceeds the limits. */
  readonly read: (path: string, limits: FileLimits) => Promise<Buffer>;
  /** Reads at most this many bytes from the start of a file. */
  readonly readStart: (path: string, maxBytes: number) => Promise<Buffer>;
  /** Lists the names in a folder. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** Creates a file that must not exist, atomically and durably. Of two concurrent calls, one gets `EEXIST`. */
  readonly create: (path: string, content: string) => Promise<void>;
  /** Opens a file for appending; creates it durably if it does not exist. */
  readonly open: (path: string) => Promise<AppendedFile>;
  readonly remove: (path: string) => Promise<void>;
}

export interface AppendedFile {
  /** In bytes. */
  readonly size: () => Promise<number>;
  readonly truncate: (length: number) => Promise<void>;
  readonly append: (text: string) => Promise<void>;
  /** Resolves when everything appended is on disk. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Readable by the owner only: others need not know who deletes what. */
const MODE = 0o600;

// Do not follow a link in the journal's place, which could redirect or truncate another file, and do not block on a
// pipe. (Windows does not have these flags.)
const ONLY_FILES = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const READ = constants.O_RDONLY | ONLY_FILES;
const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | ONLY_FILES;

export const diskStorage: JournalStorage = {
  read: async (path, limits) => {
    const file = await open(path, READ);
    try {
      return await readWithin(file, await sizeOf(file), `"${path}"`, limits);
    } finally {
      await file.close();
    }
  },
  readStart: async (path, maxBytes) => {
    const file = await open(path, READ);
    try {
      await sizeOf(file);
      const buffer = Buffer.alloc(maxBytes);
      let length = 0;
      // A read may return less than available; 0 bytes means the end.
      for (;;) {
        const { bytesRead } = await file.read(buffer, length, maxBytes - length, length);
        length += bytesRead;
        if (bytesRead === 0 || length === maxBytes) return buffer.subarray(0, length);
      }
    } finally {
      await file.close();
    }
  },
  list: (folder) => readdir(folder),
  create: async (path, content) => {
    // Written to a temporary file and then linked, so that a crash leaves no partial file.
    const aside = `${path}.${randomUUID()}`;
    try {
      await writeDurably(aside, content, MODE);
      await link(aside, path).catch((error: unknown) => {
        // Some file systems, such as FAT and network file systems, do not support hard links.
        if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
        return writeDurably(path, content, MODE);
      });
    } finally {
      await rm(aside, { force: true });
    }
    await syncFolder(dirname(path));
  },
  open: async (path) => {
    const file = await open(path, APPEND, MODE);
    try {
      await syncFolder(dirname(path));
    } catch (error) {
      await file.close();
      throw error;
    }
    return openedFile(file);
  },
  remove: (path) => rm(path, { force: true }),
};

/** In bytes. Rejects if it is not a regular file, because others may never end. */
async function sizeOf(file: FileHandle): Promise<number> {
  const info = await file.stat();
  if (info.isFile()) return info.size;
  throw Object.assign(new Error('no file'), { code: info.isDirectory() ? 'EISDIR' : 'ENXIO' });
}

function openedFile(file: FileHandle): AppendedFile {
  return {
    size: async () => (await file.stat()).size,
    truncate: (length) => file.truncate(length),
    append: (text) => file.appendFile(text),
    sync: () => file.datasync(),
    close: () => file.close(),
  };
}

/** Makes a new file's name durable, in addition to its content. */
async function syncFolder(path: string): Promise<void> {
  const folder: SyncedFile = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
