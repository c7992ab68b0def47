/** Formats JSON for reading. Only the white space between tokens changes. */
import { splitJson } from './json-tokens.js';

/** Deeper than any real policy. Lines would be mostly indentation. */
const DEEPEST = 32;

/**
 * Returns lines without line breaks. Invalid JSON keeps its own lines. The JSON is not parsed and written again, so
 * duplicate keys are all shown.
 */
export function layOutJson(text: string): readonly string[] {
  return isJson(text) ? (layOut(text) ?? text.split('\n')) : text.split('\n');
}

function layOut(text: string): readonly string[] | undefined {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const tokens = splitJson(text).filter(({ kind }) => kind !== 'space');
  const breakLine = () => {
    lines.push(line);
    line = '  '.repeat(depth);
  };
  for (const [index, { text: token }] of tokens.entries()) {
    const before = tokens[index - 1]?.text;
    const opened = before === '{' || before === '[';
    const closes = token === '}' || token === ']';
    if (opened && !closes) {
      depth += 1;
      if (depth > DEEPEST) return undefined;
      breakLine();
    } else if (closes && !opened) {
      depth -= 1;
      breakLine();
    } else if (before === ',') {
      breakLine();
    }
    line += token === ':' ? ': ' : token;
  }
  return [...lines, line];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
