/** Creates several files that must not exist yet: all or none. */
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RootsweepError } from '../../errors.js';
import { exists, explain, writeDurably } from './text-file.js';

export interface NewFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** @returns the paths that exist, whatever they are. */
export async function findExisting(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) if (await exists(path)) found.push(path);
  return found;
}

/**
 * Checks all paths before writing. If a write fails, removes the files already written.
 * @throws RootsweepError FILE_EXISTS, FILE_UNWRITABLE
 */
export async function writeNewFiles(files: readonly NewFile[]): Promise<void> {
  const [taken] = await findExisting(files.map(({ path }) => path));
  if (taken !== undefined) {
    throw new RootsweepError('FILE_EXISTS', `cannot write "${taken}": it exists already`, {
      hint: 'rootsweep never overwrites it; move it away',
    });
  }
  const written: string[] = [];
  const folders: string[] = [];
  for (const { path, content, mode } of files) {
    try {
      // A folder for owner-only files is owner-only too.
      const first = await mkdir(dirname(path), { recursive: true, mode: mode === 0o600 ? 0o700 : 0o755 });
      if (first !== undefined) folders.push(...foldersBetween(first, dirname(path)));
      written.push(path);
      await writeDurably(path, content, mode);
    } catch (error) {
      const explained = explain(error, 'FILE_UNWRITABLE', `cannot write "${path}"`);
      // Another process created this file just now: do not remove it.
      if (explained instanceof RootsweepError && explained.code === 'FILE_EXISTS') written.pop();
      for (const undone of written) await rm(undone, { force: true });
      // A folder that is not empty now contains files of others.
      for (const folder of folders.reverse()) await rmdir(folder).catch(() => undefined);
      throw explained;
    }
  }
}

/** Outermost first. */
function foldersBetween(first: string, last: string): string[] {
  const folders: string[] = [];
  for (let folder = last; folder.length >= first.length; folder = dirname(folder)) folders.unshift(folder);
  return folders;
}
