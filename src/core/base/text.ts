/**
 * Untrusted text (promise 12): account names, emails, OU names, tags and AWS's messages may hold control characters,
 * ANSI sequences, direction overrides and invisible characters.
 *
 * The ranges are spelled out because `\p{…}` classes depend on the Unicode version of Node, and every version of Node
 * must write a plan with the same bytes.
 */
const INVISIBLE =
  // Controls; soft hyphen and the no-break space; combining joiner, Arabic and Indic format characters, fillers.
  '\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160' +
  '\\u1680\\u17b4\\u17b5\\u180b-\\u180f' +
  // Every space but the one of ASCII, zero width characters, line separators, direction marks and overrides, a blank.
  '\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164' +
  // Lone surrogates, private use, variation selectors, byte order mark, specials and noncharacters.
  '\\ud800-\\udfff\\ue000-\\uf8ff\\ufdd0-\\ufdef\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\uffff' +
  // The same beyond the basic plane, tags, private planes, and the last two of every plane.
  '\\u{110bd}\\u{110cd}\\u{13430}-\\u{1343f}\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}' +
  '\\u{1fffe}\\u{1ffff}\\u{2fffe}\\u{2ffff}\\u{3fffe}\\u{3ffff}\\u{4fffe}\\u{4ffff}\\u{5fffe}\\u{5ffff}\\u{6fffe}\\u{6ffff}' +
  '\\u{7fffe}\\u{7ffff}\\u{8fffe}\\u{8ffff}\\u{9fffe}\\u{9ffff}\\u{afffe}\\u{affff}\\u{bfffe}\\u{bffff}\\u{cfffe}\\u{cffff}\\u{dfffe}\\u{dffff}';

const ANY_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'u');
const EVERY_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'gu');

/** Separates two texts that are shown side by side. No text that was made visible contains it. */
export const SEAM = '\u0000';

/** What CI runners read as a command anywhere in a line: `##[…]` and Azure's `##vso[…]`, also across a `SEAM`. */
const EVERY_COMMAND = new RegExp(`#(${SEAM}*)#(?=[\\w${SEAM}]*\\[)`, 'g');
/** In JSON, and in YAML's double quotes. */
const HASH = '\\u0023';

/** Whether a text holds a character that is invisible or misleading. */
export function hasInvisible(text: string): boolean {
  return ANY_INVISIBLE.test(text);
}

/** The text without commands of CI runners: `escaped` replaces the second `#`. */
export function defuseCommands(text: string, escaped: string): string {
  return text.replace(EVERY_COMMAND, (_, seams: string) => `#${seams}${escaped}`);
}

/** The text with each such character written as `\u{202e}`: inert on a terminal, and visible. */
export function makeVisible(text: string): string {
  return text.replace(EVERY_INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * The text as a YAML double-quoted scalar with each such character escaped: it parses to the same text, and misleads
 * neither a reader nor a CI runner that prints it.
 */
export function quoteVisibly(text: string): string {
  const quoted = JSON.stringify(text).replace(EVERY_INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return defuseCommands(quoted, HASH);
}

/** The value as JSON, escaped in the same way. */
export function stringifyVisibly(value: unknown): string {
  const json = JSON.stringify(value).replace(EVERY_INVISIBLE, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
  return defuseCommands(json, HASH);
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
