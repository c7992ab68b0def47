/** Reads and writes files, with errors that users can act on. */
import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootsweepError } from '../../errors.js';

export interface FileLimits {
  /** What to call the file in messages: `policy`, `plan`, `trust file`. */
  readonly what: string;
  readonly maxBytes: number;
}

// Do not block if a pipe is in the file's place. (Windows does not have this flag.)
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The minimum number of bytes to grow by if a file is longer than its reported size. */
const MORE = 2 ** 16;

/** A source of bytes: an open file, or a descriptor from another process. */
export interface ByteSource {
  readonly read: (buffer: Buffer, offset: number, length: number) => Promise<{ readonly bytesRead: number }>;
}

/**
 * Reads a whole file.
 * @param examine receives the open file before it is read.
 * @throws RootsweepError FILE_NOT_FOUND, FILE_UNREADABLE (a directory, a device, no permission), FILE_TOO_LARGE.
 */
export async function readFileBytes(
  path: string,
  limits: FileLimits,
  examine?: (file: FileHandle) => Promise<void>,
): Promise<Buffer> {
  const { what } = limits;
  try {
    const file = await open(path, READ);
    try {
      const info = await file.stat();
      requireFile(info, 'FILE_UNREADABLE', `the ${what} "${path}" is`);
      await examine?.(file);
      return await readWithin(file, info.size, `"${path}"`, limits);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explain(error, 'FILE_UNREADABLE', `cannot read the ${what} "${path}"`);
  }
}

function requireFile(info: Stats, code: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE', what: string): void {
  if (info.isFile()) return;
  const found = info.isDirectory() ? 'a directory' : 'no regular file';
  throw new RootsweepError(code, `${what} ${found}`, { hint: 'name the file itself' });
}

/**
 * Reads to the end. All input that could be too large for memory must be read through this function (promise 15).
 * @param expected size in bytes, if known.
 * @param name used in messages, after `what`.
 * @throws RootsweepError FILE_TOO_LARGE; otherwise rejects with the file system's error.
 */
export async function readWithin(
  source: ByteSource,
  expected: number,
  name: string,
  { what, maxBytes }: FileLimits,
): Promise<Buffer> {
  const bytes = expected > maxBytes ? undefined : await readAtMost(source, expected, maxBytes);
  if (bytes !== undefined) return bytes;
  const limit = maxBytes < 2 ** 20 ? `${maxBytes / 2 ** 10} KiB` : `${maxBytes / 2 ** 20} MiB`;
  throw new RootsweepError('FILE_TOO_LARGE', `the ${what} ${name} is larger than ${limit}`, {
    hint: `is this the right file? no ${what} is that large`,
  });
}

/**
 * Reads the rest of a file; undefined if it is too long. A file may grow while it is read, and generated files (such as
 * those in /proc) report size 0.
 * @param expected size in bytes.
 */
async function readAtMost(
  source: ByteSource,
  expected: number,
  maxBytes: number,
): Promise<Buffer | undefined> {
  // With one byte more than expected, the second read detects the end of the file.
  let bytes = Buffer.allocUnsafeSlow(expected + 1);
  for (let length = 0; length <= maxBytes; ) {
    if (length === bytes.length)
      bytes = Buffer.concat([bytes, Buffer.allocUnsafeSlow(Math.max(MORE, length))]);
    const { bytesRead } = await source.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  return undefined;
}

/** Reads a whole file as UTF-8. Invalid bytes are an error; they are not replaced. */
export async function readFileText(path: string, limits: FileLimits): Promise<string> {
  const bytes = await readFileBytes(path, limits);
  return decodeUtf8(bytes, path, limits.what);
}

export function decodeUtf8(bytes: Uint8Array, path: string, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new RootsweepError('FILE_UNREADABLE', `the ${what} "${path}" is no UTF-8 text`, {
      hint: `is this the right file? no ${what} holds such bytes`,
    });
  }
}

/** The real path, with all links followed; the path itself if it leads nowhere. */
export function followLinks(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** Whether anything exists at the path: a file, a folder, or a link, even a broken one. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw explain(error, 'FILE_UNREADABLE', `cannot look at "${path}"`);
  }
}

/** Replaces a file atomically: readers and crashes see either the old or the new content. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await writeDurably(temporary, content, 0o644);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw explain(error, 'FILE_UNWRITABLE', `cannot write "${path}"`);
  }
}

/** Writes a file that must not exist yet, with exactly these permissions. Creates its folder. */
export async function writeNewFile(path: string, content: string, mode: number): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeDurably(path, content, mode);
  } catch (error) {
    throw explain(error, 'FILE_UNWRITABLE', `cannot write "${path}"`);
  }
}

/** Checks before a long run that its result can be written at the end, by writing a test file the same way. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const info = await stat(path).catch(() => undefined);
    if (info !== undefined) requireFile(info, 'FILE_UNWRITABLE', `cannot write "${path}": it is`);
    // Permissions are not enough to check: the file system may be read-only, or the parent may not be a folder.
    const temporary = temporaryBeside(path);
    await writeDurably(temporary, '', 0o600);
    await rm(temporary);
  } catch (error) {
    throw explain(error, 'FILE_UNWRITABLE', `cannot write "${path}"`);
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${randomUUID()}.tmp`);
}

/** Declared here because the linter does not read Node's types; this way, it detects promises that are not awaited. */
export interface SyncedFile {
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Writable {
  readonly writeFile: (content: string | Uint8Array) => Promise<void>;
}

/** Writes a file that must not exist yet and syncs it to disk. */
export async function writeDurably(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file: SyncedFile & Writable = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Whether a file system error has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file may not grow any further (see ulimit -f)',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a link',
  ENXIO: 'it is no regular file',
  // From creating the parent folders.
  EEXIST: 'a part of its path is no folder',
};

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Converts a file system error to an error for the user; others are returned unchanged. */
export function explain(error: unknown, code: 'FILE_UNREADABLE' | 'FILE_UNWRITABLE', what: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof RootsweepError) return error;
  const reason = String(error.code);
  if (reason === 'ENOENT' && code === 'FILE_UNREADABLE') {
    return new RootsweepError('FILE_NOT_FOUND', `${what}: there is no such file`, {
      hint: 'check the path',
      cause: error,
    });
  }
  if (reason === 'EEXIST' && 'syscall' in error && error.syscall === 'open') {
    return new RootsweepError('FILE_EXISTS', `${what}: it exists already`, {
      hint: 'rootsweep never overwrites it; move it away or choose another name',
      cause: error,
    });
  }
  return new RootsweepError(code, `${what}: ${REASONS[reason] ?? reason}`, {
    hint: NO_ROOM.has(reason)
      ? 'make room, and run the same command again'
      : 'check the path and its permissions',
    cause: error,
  });
}
