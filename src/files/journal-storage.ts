/** The few things of a file system that a journal and its lock need, so that a crash can be rehearsed without one. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, readdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileLimits, readWithin } from './text-file.js';

/**
 * The journal of a plan has an end that no honest one comes near. An account whose root user has all that IAM's quotas
 * allow (a password, 8 MFA devices, 2 access keys, 2 signing certificates, each with an id of the greatest length) takes
 * 41 records of 23 KB in all. So 10,000 such accounts, more than an organization can have by default, take 216 MiB;
 * where each has a password and an MFA device, they take 36 MiB.
 */
export const JOURNAL_LIMITS = { what: 'journal', maxBytes: 256 * 2 ** 20 } as const satisfies FileLimits;

/** Every method rejects with what the file system says, which has a `code` (`ENOENT`, `EEXIST`, `ENOSPC`, …). */
export interface JournalStorage {
  /** The whole file. Where it is longer than the limits say, rejects with RootsweepError FILE_TOO_LARGE. */
  readonly read: (path: string, limits: FileLimits) => Promise<Buffer>;
  /** The first bytes of a file: so many at most. */
  readonly readStart: (path: string, maxBytes: number) => Promise<Buffer>;
  /** The names in a folder. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  /** Makes a file that must not exist, whole or not at all, and its name durable. Of two that try, one gets `EEXIST`. */
  readonly create: (path: string, content: string) => Promise<void>;
  /** Opens a file to append to; makes it, and its name durable, where there is none. */
  readonly open: (path: string) => Promise<AppendedFile>;
  readonly remove: (path: string) => Promise<void>;
}

export interface AppendedFile {
  /** In bytes. */
  readonly size: () => Promise<number>;
  readonly truncate: (length: number) => Promise<void>;
  readonly append: (text: string) => Promise<void>;
  /** Returns when everything appended is on the disk. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Nobody but the owner needs to read who deletes what. */
const MODE = 0o600;

// A link in the journal's place would lead the evidence, and what is cut off it, elsewhere, and nobody waits for the
// other end of a pipe. (Windows has no such flags.)
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
      // A read may give less than there is, and nothing only at the end.
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
    // Written aside and then given its name: a crash leaves no half of it.
    const aside = `${path}.${randomUUID()}`;
    try {
      await writeNew(aside, content);
      await link(aside, path).catch((error: unknown) => {
        if (!hasNoLinks(error)) throw error;
        return writeNew(path, content);
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

/** Spelled out because the linter reads no types of Node's: here, it finds a promise that nobody waits for. */
interface Synced {
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** In bytes. Rejects where it is no regular file, which may never end. */
async function sizeOf(file: FileHandle): Promise<number> {
  const info = await file.stat();
  if (info.isFile()) return info.size;
  throw Object.assign(new Error('no file'), { code: info.isDirectory() ? 'EISDIR' : 'ENXIO' });
}

async function writeNew(path: string, content: string): Promise<void> {
  const file: Synced & { readonly writeFile: (content: string) => Promise<void> } = await open(
    path,
    'wx',
    MODE,
  );
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Some file systems, of memory cards and of networks, give a file but one name. */
function hasNoLinks(error: unknown): boolean {
  const codes = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
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

/** Makes a new file's name durable, not only its content. */
async function syncFolder(path: string): Promise<void> {
  const folder: Synced = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
