/** Colours for a line of JSON. The text stays as it is, whatever it holds, JSON or not. */
import { bold, cyan, dim, type Line, red, type Span, yellow } from './lines.js';

/** A key with its colon, a string, white space, punctuation, or anything else. */
const PARTS =
  /(?<key>"(?:[^"\\]|\\.)*")(?<colon>\s*:)|(?<text>"(?:[^"\\]|\\.)*")|(?<space>\s+)|(?<mark>[{}[\],:])|(?<other>[^\s{}[\],:"]+|")/gy;

export function colourJson(line: string): Line {
  const spans: (string | Span)[] = [];
  let isEffect = false;
  for (const { groups: { key, colon, text, space, mark, other } = {} } of line.matchAll(PARTS)) {
    if (key !== undefined) spans.push(cyan(key), dim(colon ?? ''));
    if (text !== undefined) spans.push(colourText(text, isEffect));
    if (space !== undefined) spans.push(space);
    if (mark !== undefined) spans.push(dim(mark));
    if (other !== undefined) spans.push(yellow(other));
    if (space === undefined) isEffect = key === '"Effect"';
  }
  return spans;
}

/** Texts have no colour: beside the marks of what goes and what comes, green would say something else. */
function colourText(text: string, isEffect: boolean): string | Span {
  if (!isEffect) return text;
  return text === '"Deny"' ? red(text) : bold(text);
}
