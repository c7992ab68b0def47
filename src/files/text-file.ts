/** Files on disk, with errors that a user can act on. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RootsweepError } from '../errors.js';

export interface FileLimits {
  /** What the file is to the user: `policy`, `plan`, `trust file`. */
  readonly what: string;
  readonly maxBytes: number;
}

// Nobody waits for the other end of a pipe that lies in a file's place. (Windows has no such flag.)
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Where a file is longer than it said, there is room for at least so many bytes more. */
const MORE = 2 ** 16;

/** What bytes are read from in turn: an open file, or a descriptor that another process opened. */
export interface ByteSource {
  readonly read: (buffer: Buffer, offset: number, length: number) => Promise<{ readonly bytesRead: number }>;
}

/**
 * Reads a whole file.
 * @param examine is given the open file before it is read.
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
      if (!info.isFile()) {
        const found = info.isDirectory() ? 'a directory' : 'no regular file';
        throw new RootsweepError('FILE_UNREADABLE', `the ${what} "${path}" is ${found}`, {
          hint: 'name the file itself',
        });
      }
      await examine?.(file);
      return await readWithin(file, info.size, `"${path}"`, limits);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw explain(error, 'FILE_UNREADABLE', `cannot read the ${what} "${path}"`);
  }
}

/**
 * All that is left to read: the one way to read what somebody else may have made too long to hold (promise 15).
 * @param expected in bytes; a file says it before it is read.
 * @param name as an error names it, after what it is.
 * @throws RootsweepError FILE_TOO_LARGE; otherwise rejects with what the file system says.
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
 * The rest of a file, or undefined where it is too long: a file may grow while it is read, and what a system makes up
 * when it is read (below /proc) has no size before.
 * @param expected in bytes.
 */
async function readAtMost(
  source: ByteSource,
  expected: number,
  maxBytes: number,
): Promise<Buffer | undefined> {
  // One byte more than expected tells the end of the file in the second call.
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

/** Reads a whole file as UTF-8; bytes that are none are an error, not a replacement character. */
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

/** Where a path leads once every link in it is followed; the path itself where it leads nowhere. */
export function followLinks(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** Whether something has this name: a file, a folder, or a link, wherever it leads. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return false;
    throw explain(error, 'FILE_UNREADABLE', `cannot look at "${path}"`);
  }
}

/** Replaces a file in one step: a reader sees the old content or the new, and a crash leaves one of them. */
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

/** Writes a file that must not exist yet, with exactly these permissions; makes its folder. */
export async function writeNewFile(path: string, content: string, mode: number): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeDurably(path, content, mode);
  } catch (error) {
    throw explain(error, 'FILE_UNWRITABLE', `cannot write "${path}"`);
  }
}

/** Tells before a long run whether its result can be written at the end, by writing as it will be written. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const info = await stat(path).catch(() => undefined);
    if (info !== undefined && !info.isFile()) {
      const found = info.isDirectory() ? 'a directory' : 'no regular file';
      throw new RootsweepError('FILE_UNWRITABLE', `cannot write "${path}": it is ${found}`, {
        hint: 'name the file itself',
      });
    }
    // Permissions alone do not tell: a file system may be read-only, and a file is no folder.
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

/** Spelled out because the linter reads no types of Node's: here, it finds a promise that nobody waits for. */
interface DurableFile {
  readonly writeFile: (content: string | Uint8Array) => Promise<void>;
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Writes a file that must not exist yet, onto the disk. */
export async function writeDurably(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file: DurableFile = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
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
  // Of making the folders above a file.
  EEXIST: 'a part of its path is no folder',
};

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** An error of the file system as the user's; anything else is passed on. */
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
