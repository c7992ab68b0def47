/** Splits JSON, valid or not, into tokens without changing or interpreting them. */

export interface JsonToken {
  readonly kind: 'string' | 'space' | 'mark' | 'other';
  readonly text: string;
}

const SPACE = /\s+/y;
const OTHER = /[^\s{}[\],:"]+/y;

/** The tokens joined are the text. An unterminated string extends to the end. Takes linear time. */
export function splitJson(text: string): JsonToken[] {
  const tokens: JsonToken[] = [];
  let start = 0;
  while (start < text.length) {
    const kind = kindAt(text.charAt(start));
    const end = findEnd(text, start, kind);
    tokens.push({ kind, text: text.slice(start, end) });
    start = end;
  }
  return tokens;
}

function kindAt(first: string): JsonToken['kind'] {
  if (first === '"') return 'string';
  if ('{}[],:'.includes(first)) return 'mark';
  return /\s/.test(first) ? 'space' : 'other';
}

function findEnd(text: string, start: number, kind: JsonToken['kind']): number {
  if (kind === 'mark') return start + 1;
  if (kind === 'string') return findEndOfString(text, start);
  const run = kind === 'space' ? SPACE : OTHER;
  run.lastIndex = start;
  run.test(text);
  return run.lastIndex;
}

/** Not a regular expression, which would overflow the stack on millions of escapes. */
function findEndOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}
