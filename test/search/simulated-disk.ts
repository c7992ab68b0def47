/**
 * A disk that forgets: what was appended and not synced outlives the process that wrote it, and not a power failure.
 * Names are durable at once, as the real storage promises of them.
 */
import { basename, dirname } from 'node:path';
import type { AppendedFile, JournalStorage } from '../../src/files/journal/journal-storage.js';

interface StoredFile {
  /** Everything that was written. */
  content: Buffer;
  /** So many bytes of it are on the disk for good. */
  durable: number;
}

/** What may go wrong with, or right after, an operation of the disk. */
export interface DiskHook {
  /** Called before every operation that changes something; what it throws, or never returns from, is its fate. */
  readonly before: () => Promise<void>;
  readonly after: () => Promise<void>;
  /** A disk is slow: called where real ones make their callers wait. */
  readonly wait: () => Promise<void>;
  /** Bytes of an append that reach the file before it fails with ENOSPC; undefined where there is room. */
  readonly room: () => number | undefined;
}

/**
 * What a power failure takes of the bytes that were not synced. A file system may write the end before the beginning,
 * and the length before either: then zeros, or what somebody else once wrote, stand where the bytes would be.
 */
export type Loss = 'all' | 'half' | 'none' | 'beginning' | 'meaning';

const LEFT: Readonly<Record<Loss, (bytes: Buffer) => Buffer>> = {
  all: () => Buffer.alloc(0),
  half: (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  none: (bytes) => bytes,
  beginning: (bytes) => Buffer.from(bytes).fill(0, 0, Math.floor(bytes.length / 2)),
  // But for the end of the line.
  meaning: (bytes) => Buffer.from(bytes.map((byte) => (byte === NEWLINE ? byte : ~byte))),
};
const NEWLINE = 0x0a;

export class SimulatedDisk {
  readonly #files = new Map<string, StoredFile>();

  /** What a process that starts after a power failure would read. */
  durable(path: string): string {
    const file = this.#files.get(path);
    return file === undefined ? '' : file.content.subarray(0, file.durable).toString();
  }

  paths(): string[] {
    return [...this.#files.keys()];
  }

  losePower(loss: Loss): void {
    for (const file of this.#files.values()) {
      const synced = file.content.subarray(0, file.durable);
      file.content = Buffer.concat([synced, LEFT[loss](file.content.subarray(file.durable))]);
      file.durable = file.content.length;
    }
  }

  /** Puts a file there, for good. */
  write(path: string, text: string): void {
    const content = Buffer.from(text);
    this.#files.set(path, { content, durable: content.length });
  }

  /** The storage as one process sees it. */
  storage(hook: DiskHook): JournalStorage {
    const act = async <T>(effect: () => T): Promise<T> => {
      await hook.before();
      const result = effect();
      await hook.after();
      return result;
    };
    return {
      list: async (folder) =>
        this.paths()
          .filter((path) => dirname(path) === folder)
          .map((path) => basename(path)),
      read: async (path) => Buffer.from(this.#find(path).content),
      readStart: async (path, maxBytes) => Buffer.from(this.#find(path).content.subarray(0, maxBytes)),
      create: (path, content) =>
        act(() => {
          if (this.#files.has(path)) throw fault('EEXIST', 'link');
          if (hook.room() !== undefined) throw fault('ENOSPC', 'write');
          const bytes = Buffer.from(content);
          this.#files.set(path, { content: bytes, durable: bytes.length });
        }),
      open: (path) =>
        act(() => {
          const file = this.#files.get(path) ?? { content: Buffer.alloc(0), durable: 0 };
          this.#files.set(path, file);
          return this.#appended(file, act, hook);
        }),
      remove: (path) => act(() => void this.#files.delete(path)),
    };
  }

  #appended(file: StoredFile, act: <T>(effect: () => T) => Promise<T>, hook: DiskHook): AppendedFile {
    return {
      size: async () => file.content.length,
      truncate: (length) =>
        act(() => {
          file.content = file.content.subarray(0, length);
          file.durable = Math.min(file.durable, length);
        }),
      append: (text) =>
        act(() => {
          const bytes = Buffer.from(text);
          const room = hook.room() ?? bytes.length;
          file.content = Buffer.concat([file.content, bytes.subarray(0, room)]);
          if (room < bytes.length) throw fault('ENOSPC', 'write');
        }),
      sync: async () => {
        await hook.wait();
        await act(() => {
          file.durable = file.content.length;
        });
      },
      close: async () => undefined,
    };
  }

  #find(path: string): StoredFile {
    const file = this.#files.get(path);
    if (file === undefined) throw fault('ENOENT', 'open');
    return file;
  }
}

function fault(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code, syscall });
}
