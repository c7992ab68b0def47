/**
 * A YAML text that ends with a long list, read in parts: the nodes of a parser take twenty times the memory of what they
 * stand for, and so there are never more of them than those of one part.
 */
import { RootsweepError } from '../errors.js';
import { parseYaml } from './yaml-file.js';

/** About so many characters are parsed at a time. */
const PART = 2 ** 16;

/**
 * @param key of the list, which is the last one, in the manner of `emitYaml`.
 * @returns the value, if the text means the same as its parts do: whoever asks writes it again, and compares. Undefined
 *   where it has no such list, or a part is refused.
 * @param size of a part, in characters: it ends with the item in which it is reached.
 */
export function parseInParts(text: string, key: string, size = PART): object | undefined {
  const head = text.indexOf(`\n${key}:\n  - `);
  if (head < 0) return undefined;
  const items: unknown[] = [];
  try {
    const value = parse(text.slice(0, head + 1));
    for (let start = head + key.length + 3; start < text.length; ) {
      const next = text.indexOf('\n  - ', start + size);
      const end = next < 0 ? text.length : next + 1;
      const part = parse(text.slice(start, end));
      if (!Array.isArray(part)) return undefined;
      for (const item of part) items.push(item);
      start = end;
    }
    return typeof value === 'object' && value !== null ? { ...value, [key]: items } : undefined;
  } catch (error) {
    if (error instanceof RootsweepError) return undefined;
    throw error;
  }
}

function parse(text: string): unknown {
  return parseYaml(text, '', { code: 'PLAN_INVALID' }).value;
}
