/** Files in memory, which can fail as a disk does. */
import { basename, dirname } from 'node:path';
import type { JournalStorage } from '../../src/files/journal/journal-storage.js';

export interface Memory {
  readonly storage: JournalStorage;
  /** What is there, in the order in which it was made. */
  readonly files: Map<string, Buffer>;
  /** What was asked, in order: `append /a.jsonl`. */
  readonly asked: string[];
  /** From now on, what is asked so (`append`, `sync`) fails with this code, until it is `undefined`. */
  readonly fail: (operation: string, code: string | undefined) => void;
}

export function createMemory(content: Readonly<Record<string, string>> = {}): Memory {
  const files = new Map(Object.entries(content).map(([path, text]) => [path, Buffer.from(text)]));
  const asked: string[] = [];
  const failures = new Map<string, string | undefined>();
  const ask = async (operation: string, path: string) => {
    asked.push(`${operation} ${path}`);
    const code = failures.get(operation);
    if (code !== undefined) throw errorOf(code);
  };
  const contentOf = (path: string) => {
    const bytes = files.get(path);
    if (bytes === undefined) throw errorOf('ENOENT');
    return bytes;
  };
  return {
    files,
    asked,
    fail: (operation, code) => failures.set(operation, code),
    storage: {
      list: async (folder) =>
        [...files.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
      read: async (path) => {
        await ask('read', path);
        return contentOf(path);
      },
      readStart: async (path, maxBytes) => {
        await ask('readStart', path);
        return contentOf(path).subarray(0, maxBytes);
      },
      create: async (path, text) => {
        await ask('create', path);
        if (files.has(path)) throw errorOf('EEXIST');
        files.set(path, Buffer.from(text));
      },
      open: async (path) => {
        await ask('open', path);
        files.set(path, files.get(path) ?? Buffer.alloc(0));
        return {
          size: async () => contentOf(path).length,
          truncate: async (length) => {
            await ask('truncate', path);
            files.set(path, contentOf(path).subarray(0, length));
          },
          append: async (text) => {
            await ask('append', path);
            files.set(path, Buffer.concat([contentOf(path), Buffer.from(text)]));
          },
          sync: () => ask('sync', path),
          close: () => ask('close', path),
        };
      },
      remove: async (path) => {
        await ask('remove', path);
        files.delete(path);
      },
    },
  };
}

function errorOf(code: string): Error {
  return Object.assign(new Error(code), { code });
}
