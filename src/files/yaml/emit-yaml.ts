/**
 * Writes YAML with exactly one spelling per value, in the style of the `yaml` library: plain where a text is
 * unambiguous, double quotes elsewhere.
 * The library would produce the same, but take most of the time needed to verify a plan. The tests parse this output
 * with the library and compare the two.
 */
import { defuseCommands, hasInvisible, quoteVisibly } from '../../core/base/text.js';

/** @returns whether to write a collection on one line. `path` is `accounts.*.actions`, with `*` for any list index. */
export type LayOut = (path: string, value: object) => boolean;

/**
 * @returns whether to write the text at a path as a literal block, provided that it cannot mislead a reader and would need
 *   quotation marks otherwise.
 */
export type AsIs = (path: string) => boolean;

/** Unambiguous plain text: starts with a letter or digit and contains nothing special in YAML. */
const PLAIN = /^[A-Za-z0-9/][\w/.@+();-]*(?:(?: |:+)[\w/.@+();-]+)*$/;
/** Plain words that the core schema of YAML 1.2, or an older parser, does not read as text. */
const NOT_TEXT = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
const NUMBER = /^(?:[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|0[box][\da-f_]+|\d[\d_]*(?::[\d_]+)+(?:\.[\d_]*)?)$/i;

/** Lines are converted to bytes in batches of this size: a string per line takes more memory than its content. */
const MOST_LINES = 4_096;

/** The layout of a type of document. */
export interface Style {
  readonly isOneLine: LayOut;
  readonly isAsIs?: AsIs;
}

/** @returns the whole document in UTF-8; see `writeYaml`. */
export function emitYaml(value: object, style: Style): Buffer {
  const parts: Buffer[] = [];
  writeYaml(value, style, (part) => parts.push(part));
  return Buffer.concat(parts);
}

/**
 * @param value objects, lists, strings, numbers and booleans, with keys in file order.
 * @param take receives the parts in order, in UTF-8.
 */
export function writeYaml(value: object, style: Style, take: (part: Buffer) => void): void {
  const lines: string[] = [];
  const finish = () => take(Buffer.from(`${lines.splice(0).join('\n')}\n`));
  const write = (line: string) => {
    lines.push(line);
    if (lines.length === MOST_LINES) finish();
  };
  writeBlock(value, { path: '', lead: '', indent: '' }, style, write);
  if (lines.length > 0) finish();
}

/** A list whose items are created one at a time while writing. */
export function listOf<T>(items: readonly T[], make: (item: T) => object): object {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield make(item);
    },
  };
}

export function spellText(text: string): string {
  return PLAIN.test(text) && !NOT_TEXT.test(text) && !NUMBER.test(text) ? text : quoteVisibly(text);
}

interface BlockPlace {
  readonly path: string;
  /** Precedes the first line instead of the indentation, such as the dash of a list item. */
  readonly lead: string;
  readonly indent: string;
}

function writeBlock(
  value: object,
  { path, lead, indent }: BlockPlace,
  style: Style,
  write: (line: string) => void,
): void {
  const list = isList(value);
  const deeper = `${indent}  `;
  let before = lead;
  for (const [key, item] of list ? withoutKeys(value) : Object.entries(value)) {
    const at = `${path}${path === '' ? '' : '.'}${list ? '*' : key}`;
    const head = `${before}${list ? '-' : `${spellText(key)}:`}`;
    before = indent;
    if (typeof item === 'string' && style.isAsIs?.(at) && spellText(item) !== item && isReadable(item)) {
      write(`${head} ${item.endsWith('\n') ? '|' : '|-'}`);
      for (const line of item.replace(/\n$/, '').split('\n')) write(line === '' ? '' : `${deeper}${line}`);
    } else if (typeof item !== 'object' || isEmpty(item) || style.isOneLine(at, item)) {
      write(`${head} ${writeFlow(item)}`);
    } else if (list) {
      writeBlock(item, { path: at, lead: `${head} `, indent: deeper }, style, write);
    } else {
      write(head);
      writeBlock(item, { path: at, lead: deeper, indent: deeper }, style, write);
    }
  }
}

/**
 * Whether a text reads the same everywhere as a literal block: no line starts like a CI runner command, and none has
 * trailing or only whitespace, which is invisible.
 */
function isReadable(text: string): boolean {
  if (text === '' || /^\s|\n\n$/.test(text) || /[ \t]$|^\s*::/m.test(text)) return false;
  return !hasInvisible(text.replace(/[\n\t]/g, ' ')) && defuseCommands(text, '') === text;
}

function writeFlow(value: unknown): string {
  if (typeof value === 'string') return spellText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isList(value)) return isEmpty(value) ? '[]' : `[ ${Array.from(value, writeFlow).join(', ')} ]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, item]) => `${spellText(key)}: ${writeFlow(item)}`).join(', ')} }`;
}

type List = Iterable<unknown> & { readonly length: number };

function isList(value: object): value is List {
  return Symbol.iterator in value;
}

function* withoutKeys(list: List): Iterable<[string, unknown]> {
  for (const item of list) yield ['', item];
}

function isEmpty(value: object): boolean {
  return isList(value) ? value.length === 0 : Object.keys(value).length === 0;
}
