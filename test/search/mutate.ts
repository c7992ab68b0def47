import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant-list.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The built file with the one change. @throws Error if the code is not what the mutant expects */
export function mutate({ file, find, replace }: Mutant): { readonly path: string; readonly text: string } {
  const path = join('dist', file.replace(/\.ts$/, '.js'));
  const text = readFileSync(join(ROOT, path), 'utf8');
  if (text.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
  return { path, text: text.replace(find, () => replace) };
}

/** The line of the source in which a mutant begins. */
export function lineOf({ file, find }: Mutant): number {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return text.slice(0, text.indexOf(find)).split('\n').length;
}
