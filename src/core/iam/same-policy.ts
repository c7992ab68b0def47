/**
 * Whether two policy documents mean the same. AWS may return a document in another spelling: other white space, another
 * order, a single value instead of a list of one, the ARN of an account instead of its id.
 */
import { isDeepStrictEqual } from 'node:util';

/** Texts that are not JSON are compared as they are. */
export function isSamePolicy(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [parse(one), parse(other)];
  return a !== undefined && b !== undefined && isDeepStrictEqual(a, b);
}

function parse(document: string): unknown {
  try {
    return normalize(JSON.parse(document), '');
  } catch {
    return undefined;
  }
}

/** @param key of the object that holds the value. */
function normalize(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => normalize(item, key));
    if (items.length === 1) return items[0];
    // Statements, actions and principals are sets: their order has no meaning.
    return items
      .map((item) => [JSON.stringify(item), item] as const)
      .sort(byText)
      .map(([, item]) => item);
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, item]) => [name, normalize(item, name)] as const);
    return Object.fromEntries(entries.sort(byText));
  }
  if (key === 'AWS' && typeof value === 'string') {
    return /^arn:[\w-]+:iam::(?<account>\d{12}):root$/.exec(value)?.groups?.account ?? value;
  }
  return value;
}

function byText([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
