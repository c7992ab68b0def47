/** JSON, or what is none, in parts for people to read: nothing is lost, and none is read as what it stands for. */

export interface JsonToken {
  readonly kind: 'string' | 'space' | 'mark' | 'other';
  readonly text: string;
}

const SPACE = /\s+/y;
const OTHER = /[^\s{}[\],:"]+/y;

/** The texts, joined, are the text. A string that does not end reaches to the end. Takes time by the text's length. */
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

/** No expression: one that knows escapes runs out of stack where there are millions of them. */
function findEndOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at += 1;
  }
  return text.length;
}
