/**
 * A policy document as lines for people: each on lines of its own, and coloured where there is colour. Nothing of it is
 * read and written anew: only the white space between its parts is another, so that what is shown is what stands there,
 * keys that stand there twice included. What is no JSON is shown as it is.
 */
import { bold, cyan, dim, green, type Line, red, type Span, yellow } from './lines.js';

/** A part of JSON, with the white space before it; a string may be followed by the colon that makes it a key. */
const PART = /\s*(?<part>"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/sy;
/** A list of so few short values stands on one line. */
const SHORT = 80;

interface Part {
  readonly text: string;
  readonly isKey: boolean;
}

export function renderPolicyDocument(document: string): Line[] {
  const parts = isJson(document) ? splitParts(document) : undefined;
  return parts === undefined ? document.split('\n').map((line): Line => [line]) : layOut(parts);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function splitParts(document: string): Part[] {
  const texts: string[] = [];
  const end = document.trimEnd().length;
  PART.lastIndex = 0;
  while (PART.lastIndex < end) {
    const { part } = PART.exec(document)?.groups ?? {};
    if (part === undefined) throw new Error('JSON with a part that is none');
    texts.push(part);
  }
  return texts.map((text, index) => ({ text, isKey: texts[index + 1] === ':' }));
}

function layOut(parts: readonly Part[]): Line[] {
  const lines: (string | Span)[][] = [[]];
  let depth = 0;
  const put = (...spans: readonly (string | Span)[]) => lines.at(-1)?.push(...spans);
  const breakLine = () => lines.push(['  '.repeat(depth)]);
  let effect = false;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    if (part === undefined) break;
    const { text, isKey } = part;
    if (text === '{' || text === '[') {
      const flat = text === '[' ? listOnOneLine(parts, index) : undefined;
      if (parts[index + 1]?.text === '}' || parts[index + 1]?.text === ']') {
        put(dim(`${text}${parts[index + 1]?.text}`));
        index += 1;
      } else if (flat !== undefined) {
        put(dim('['), ...flat.spans, dim(']'));
        index = flat.end;
      } else {
        put(dim(text));
        depth += 1;
        breakLine();
      }
    } else if (text === '}' || text === ']') {
      depth -= 1;
      breakLine();
      put(dim(text));
    } else if (text === ',') {
      put(dim(','));
      breakLine();
    } else if (text === ':') {
      put(dim(': '));
    } else {
      put(colour(part, effect));
    }
    if (isKey) effect = text === '"Effect"';
    else if (text !== ':') effect = false;
  }
  return lines;
}

/** A list of nothing but short values, up to its end. */
function listOnOneLine(
  parts: readonly Part[],
  start: number,
): { readonly spans: readonly Span[]; readonly end: number } | undefined {
  const spans: Span[] = [];
  let length = 0;
  for (let index = start + 1; index < parts.length; index += 1) {
    const part = parts[index];
    if (part === undefined || part.text === '{' || part.text === '[') return undefined;
    if (part.text === ']') return { spans, end: index };
    length += part.text.length + 1;
    if (length > SHORT) return undefined;
    spans.push(part.text === ',' ? dim(', ') : colour(part, false));
  }
  return undefined;
}

function colour({ text, isKey }: Part, isEffect: boolean): Span {
  if (isKey) return cyan(text);
  if (isEffect) return text === '"Deny"' ? red(text) : bold(text);
  return text.startsWith('"') ? green(text) : yellow(text);
}
