/** Checks that a file is inside a folder, after following links. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { exists } from './text-file.js';

export type Place = { readonly kind: 'inside'; readonly path: string } | { readonly kind: 'outside' };

/**
 * Where a file is, or would be created, after following all links. A broken link counts as outside.
 * @param folder absolute, like `path`.
 */
export async function findPlaceInside(folder: string, path: string): Promise<Place> {
  const found = await findPlace(path);
  if (found === undefined) return { kind: 'outside' };
  const below = relative(await realpath(folder), found);
  const isInside = below !== '' && !isAbsolute(below) && below.split(sep)[0] !== '..';
  return isInside ? { kind: 'inside', path: found } : { kind: 'outside' };
}

async function findPlace(path: string): Promise<string | undefined> {
  if (await exists(path)) return realpath(path).catch(() => undefined);
  const folder = dirname(path);
  if (folder === path) return path;
  const above = await findPlace(folder);
  return above === undefined ? undefined : join(above, basename(path));
}
