/** Colours a line of JSON without changing its text, valid or not. */
import { splitJson } from './json-tokens.js';
import { bold, cyan, dim, type Line, red, type Span, yellow } from './lines.js';

export function colourJson(line: string): Line {
  const tokens = splitJson(line);
  let isEffect = false;
  return tokens.map(({ kind, text }, index) => {
    if (kind === 'space') return text;
    if (kind === 'mark') {
      if (text !== ':') isEffect = false;
      return dim(text);
    }
    const wasEffect = isEffect;
    isEffect = false;
    if (kind === 'other') return yellow(text);
    const after = tokens[index + 1]?.kind === 'space' ? tokens[index + 2] : tokens[index + 1];
    if (after?.text !== ':') return colourText(text, wasEffect);
    isEffect = text === '"Effect"';
    return cyan(text);
  });
}

/** Strings are not green, because green marks added lines. */
function colourText(text: string, isEffect: boolean): string | Span {
  if (!isEffect) return text;
  return text === '"Deny"' ? red(text) : bold(text);
}
