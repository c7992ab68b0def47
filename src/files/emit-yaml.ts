/**
 * YAML with exactly one spelling for each value, in the manner of the YAML library: a reader sees plain words where
 * they can only be read as what they are, and double quotes everywhere else.
 *
 * The library writes the same, and takes most of the time that it takes to verify a plan. What is written here is read
 * by the library, and compared with it by the tests.
 */
import { defuseCommands, hasInvisible, quoteVisibly } from '../core/text.js';

/** @returns whether a collection stands on one line. `path` is `accounts.*.actions`, with `*` for any place in a list. */
export type LayOut = (path: string, value: object) => boolean;

/**
 * @returns whether the text at a path stands in lines of its own, as it is, where that can mislead nobody, and where it
 *   would need quotation marks otherwise.
 */
export type AsIs = (path: string) => boolean;

/** What no reader and no parser takes for anything but text: letters first, and nothing that means something to YAML. */
const PLAIN = /^[A-Za-z0-9/][\w/.@+();-]*(?:(?: |:+)[\w/.@+();-]+)*$/;
/** Plain words that YAML 1.2's core schema reads as something else, and those that older readers do. */
const MEANS_ELSE = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
const NUMBER = /^(?:[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|0[box][\da-f_]+|\d[\d_]*(?::[\d_]+)+(?:\.[\d_]*)?)$/i;

/** So many lines become bytes at a time: a string for each line takes more memory than what it holds. */
const MOST_LINES = 4_096;

/** How a kind of value is laid out. */
export interface Style {
  readonly isOneLine: LayOut;
  readonly isAsIs?: AsIs;
}

/** @returns the whole, in UTF-8; see `writeYaml`. */
export function emitYaml(value: object, style: Style): Buffer {
  const parts: Buffer[] = [];
  writeYaml(value, style, (part) => parts.push(part));
  return Buffer.concat(parts);
}

/**
 * @param value with its keys in the order of the file. Holds objects, lists, strings, numbers and booleans.
 * @param take is given one part after the other, in UTF-8.
 */
export function writeYaml(value: object, style: Style, take: (part: Buffer) => void): void {
  const lines: string[] = [];
  const finish = () => take(Buffer.from(`${lines.splice(0).join('\n')}\n`));
  writeBlock(value, '', '', '', style, (line) => {
    lines.push(line);
    if (lines.length === MOST_LINES) finish();
  });
  if (lines.length > 0) finish();
}

/** A list whose items are made one by one, as they are written. */
export function listOf<T>(items: readonly T[], make: (item: T) => object): object {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield make(item);
    },
  };
}

export function spellText(text: string): string {
  return PLAIN.test(text) && !MEANS_ELSE.test(text) && !NUMBER.test(text) ? text : quoteVisibly(text);
}

/** @param lead what stands before the first line in place of the indentation: the dash of a list. */
function writeBlock(
  value: object,
  path: string,
  lead: string,
  indent: string,
  style: Style,
  write: (line: string) => void,
): void {
  const list = isList(value);
  let before = lead;
  for (const [key, item] of list ? withoutKeys(value) : Object.entries(value)) {
    const at = `${path}${path === '' ? '' : '.'}${list ? '*' : key}`;
    const head = `${before}${list ? '-' : `${spellText(key)}:`}`;
    before = indent;
    if (typeof item === 'string' && style.isAsIs?.(at) && spellText(item) !== item && isReadable(item)) {
      write(`${head} ${item.endsWith('\n') ? '|' : '|-'}`);
      for (const line of item.replace(/\n$/, '').split('\n')) write(line === '' ? '' : `${indent}  ${line}`);
    } else if (typeof item !== 'object' || isEmpty(item) || style.isOneLine(at, item)) {
      write(`${head} ${writeFlow(item)}`);
    } else if (list) {
      writeBlock(item, at, `${head} `, `${indent}  `, style, write);
    } else {
      write(head);
      writeBlock(item, at, `${indent}  `, `${indent}  `, style, write);
    }
  }
}

/**
 * Whether a text is the same to every reader in lines of its own: none starts with what a CI runner takes for a
 * command, and none ends with, or is nothing but, white space, which nobody sees.
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
