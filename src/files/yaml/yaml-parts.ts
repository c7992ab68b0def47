/**
 * Parses YAML that ends with a long list in parts. Parser nodes take twenty times the memory of their values, so only
 * one part's nodes exist at a time.
 */
import { RootsweepError } from '../../errors.js';
import { parseYaml } from './yaml-file.js';

/** The approximate number of characters parsed at a time. */
const PART = 2 ** 16;

/**
 * @param key of the list, which must be the last key, in the format of `emitYaml`.
 * @returns the value. The caller must write it again and compare, because parts could mean something else than the
 * whole. Undefined if there is no such list or a part is rejected.
 * @param size of a part in characters. A part ends with the item that reaches it.
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
