/** A file together with every folder and link that determines which file its name refers to. */
import type { BigIntStats } from 'node:fs';
import { type FileHandle, lstat, readlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { RootsweepError } from '../../errors.js';
import { type FileLimits, readFileBytes } from './text-file.js';

export interface PathStep {
  /** With earlier links resolved: each folder on their way is a step, too. */
  readonly path: string;
  readonly kind: 'folder' | 'link' | 'file';
  /** Device and inode, which are the same for two names of one folder. */
  readonly id: string;
  /** Permission bits, including the sticky bit. */
  readonly mode: number;
  /** User id. */
  readonly owner: number;
}

export interface TracedFile {
  readonly bytes: Buffer;
  /** From the root of the file system to the file, which is last. */
  readonly steps: readonly PathStep[];
}

/** The limit of Linux. */
const MOST_LINKS = 40;
const SEPARATORS = sep === '\\' ? /[\\/]+/ : /\/+/;

/**
 * Reads a whole file, and its path steps while the file is open, so that the last step is the file that was read.
 * @param path absolute.
 * @throws RootsweepError like `readFileBytes`.
 */
export async function readTracedFile(path: string, limits: FileLimits): Promise<TracedFile> {
  let steps: readonly PathStep[] = [];
  const bytes = await readFileBytes(path, limits, async (file) => {
    steps = await trace(path, file, limits.what);
  });
  return { bytes, steps };
}

export function identify({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`;
}

async function trace(path: string, file: FileHandle, what: string): Promise<PathStep[]> {
  const steps = await followPath(path, what);
  const opened = describe(steps.at(-1)?.path ?? path, await file.stat({ bigint: true }));
  if (steps.pop()?.id !== opened.id) throw replaced(path, what);
  return [...steps, opened];
}

async function followPath(path: string, what: string): Promise<PathStep[]> {
  let at = parse(path).root;
  const steps = [await look(at)];
  const rest = split(path, at);
  for (let links = 0, name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '.' || name === '..') {
      at = name === '.' ? at : dirname(at);
      continue;
    }
    const step = await look(join(at, name));
    steps.push(step);
    if (step.kind !== 'link') {
      at = step.path;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) throw replaced(path, what);
    const target = await readlink(step.path);
    const { root } = parse(target);
    if (isAbsolute(target)) at = root;
    rest.unshift(...split(target, root));
  }
  return steps;
}

function split(path: string, root: string): string[] {
  return path
    .slice(root.length)
    .split(SEPARATORS)
    .filter((name) => name !== '');
}

async function look(path: string): Promise<PathStep> {
  return describe(path, await lstat(path, { bigint: true }));
}

function describe(path: string, info: BigIntStats): PathStep {
  return {
    path,
    kind: info.isSymbolicLink() ? 'link' : info.isDirectory() ? 'folder' : 'file',
    id: identify(info),
    mode: Number(info.mode & 0o7777n),
    owner: Number(info.uid),
  };
}

function replaced(path: string, what: string): RootsweepError {
  return new RootsweepError('FILE_UNREADABLE', `the ${what} "${path}" was replaced while it was read`, {
    hint: 'find out who replaced it, then run the same command again',
  });
}
