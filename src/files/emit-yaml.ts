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

/** @returns whether the text at a path stands in lines of its own, as it is, where that can mislead nobody. */
export type AsIs = (path: string) => boolean;

/** What no reader and no parser takes for anything but text: letters first, and nothing that means something to YAML. */
const PLAIN = /^[A-Za-z0-9/][\w/.@+();-]*(?:(?: |:+)[\w/.@+();-]+)*$/;
/** Plain words that YAML 1.2's core schema reads as something else, and those that older readers do. */
const MEANS_ELSE = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
const NUMBER = /^(?:[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|0[box][\da-f_]+|\d[\d_]*(?::[\d_]+)+(?:\.[\d_]*)?)$/i;

/** @param value with its keys in the order of the file. Holds objects, lists, strings, numbers and booleans. */
export function emitYaml(value: object, isOneLine: LayOut, isAsIs: AsIs = () => false): string {
  const lines: string[] = [];
  writeBlock(value, '', '', '', { isOneLine, isAsIs }, lines);
  return `${lines.join('\n')}\n`;
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
  style: { readonly isOneLine: LayOut; readonly isAsIs: AsIs },
  lines: string[],
): void {
  const list = Array.isArray(value);
  let before = lead;
  for (const [key, item] of list ? value.entries() : Object.entries(value)) {
    const at = `${path}${path === '' ? '' : '.'}${list ? '*' : key}`;
    const head = `${before}${list ? '-' : `${spellText(String(key))}:`}`;
    before = indent;
    if (typeof item === 'string' && style.isAsIs(at) && isReadable(item)) {
      lines.push(`${head} ${item.endsWith('\n') ? '|' : '|-'}`);
      for (const line of item.replace(/\n$/, '').split('\n'))
        lines.push(line === '' ? '' : `${indent}  ${line}`);
    } else if (typeof item !== 'object' || isEmpty(item) || style.isOneLine(at, item)) {
      lines.push(`${head} ${writeFlow(item)}`);
    } else if (list) {
      writeBlock(item, at, `${head} `, `${indent}  `, style, lines);
    } else {
      lines.push(head);
      writeBlock(item, at, `${indent}  `, `${indent}  `, style, lines);
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
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(writeFlow).join(', ')} ]`;
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, item]) => `${spellText(key)}: ${writeFlow(item)}`).join(', ')} }`;
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0;
}
