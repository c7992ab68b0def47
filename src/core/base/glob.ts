/**
 * Globs over names and paths. Each character of a text is compared at most once with each character of a pattern:
 * matching takes at most time proportional to the product of their lengths.
 */

/** A code point, case-folded where the glob ignores case. */
type Character = number;
/** `*`: any number of elements, including none. */
const MANY = null;
/** `?`: any one character. */
const ONE: Character = -1;

type Pattern<P> = readonly (P | typeof MANY)[];
/** Whether one element of a pattern matches one element of a text. */
type Compare<P, T> = (wanted: P, actual: T) => boolean;

/** A text, folded once for all globs. */
export type GlobText = readonly Character[];
/** A path of names, folded once for all globs. */
export type GlobPath = readonly GlobText[];

/** For globs that ignore case. */
export function foldText(text: string): GlobText {
  return Array.from(text, foldCharacter);
}

/** @param path `/` for the root, `/Workloads/Prod` below it. */
export function foldPath(path: string): GlobPath {
  return splitPath(path).map(foldText);
}

/**
 * For text that is not a path: `*` and `**` match any text, including `/`, and `?` matches any one character. All other
 * characters, including brackets and braces, match themselves. Case is ignored.
 */
export function compileTextGlob(
  pattern: string,
  compare: Compare<Character, Character> = isMatch,
): (text: GlobText) => boolean {
  const wanted = parsePattern(pattern, foldCharacter);
  return (text) => matches(wanted, text, compare);
}

/** For paths: `*` and `?` match within one name, `**` between slashes matches any number of names, including none. */
export function compilePathGlob(
  pattern: string,
  compare: Compare<Character, Character> = isMatch,
): (path: GlobPath) => boolean {
  const wanted = splitPath(pattern).map((name) => (name === '**' ? MANY : parsePattern(name, foldCharacter)));
  const compareNames: Compare<Pattern<Character>, GlobText> = (name, text) => matches(name, text, compare);
  return (path) => matches(wanted, path, compareNames);
}

/** IAM's wildcards: `*` is any text, `?` is any one character, and case matters. */
export function matchesWildcards(pattern: string, text: string): boolean {
  return matches(parsePattern(pattern, codePointOf), Array.from(text, codePointOf), isMatch);
}

/** Why a path glob would not match what it seems to; undefined for a good one. */
export function findPathGlobFault(pattern: string): 'many-within-name' | 'empty-name' | undefined {
  const names = splitPath(pattern);
  if (names.includes('')) return 'empty-name';
  return names.some((name) => name !== '**' && name.includes('**')) ? 'many-within-name' : undefined;
}

/**
 * Matches the pattern element by element; on a mismatch, the last `*` takes one more element. An earlier `*` never
 * needs to, because the elements between the two were matched as far left as possible.
 */
function matches<P, T>(pattern: Pattern<P>, text: readonly T[], compare: Compare<P, T>): boolean {
  let [at, done, afterMany, retry] = [0, 0, -1, 0];
  for (let element = text[done]; element !== undefined; element = text[done]) {
    const wanted = pattern[at];
    if (wanted === MANY) {
      at += 1;
      if (at === pattern.length) return true;
      [afterMany, retry] = [at, done];
    } else if (wanted !== undefined && compare(wanted, element)) {
      at += 1;
      done += 1;
    } else if (afterMany < 0) {
      return false;
    } else {
      retry += 1;
      [at, done] = [afterMany, retry];
    }
  }
  while (pattern[at] === MANY) at += 1;
  return at === pattern.length;
}

function isMatch(wanted: Character, actual: Character): boolean {
  return wanted === ONE || wanted === actual;
}

function parsePattern(pattern: string, read: (character: string) => Character): Pattern<Character> {
  return Array.from(pattern, (character) =>
    character === '*' ? MANY : character === '?' ? ONE : read(character),
  );
}

/** Empty for the root. */
function splitPath(path: string): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

/**
 * Two letters are equal if they have the same capital. A letter whose capital has several letters, or is ASCII while the
 * letter is not, equals only itself: `ſ` is not `s`.
 */
function foldCharacter(character: string): Character {
  const [first = character, ...more] = character.toUpperCase();
  const isOther = more.length > 0 || (first < '\u0080' && character >= '\u0080');
  return codePointOf(isOther ? character : first);
}

function codePointOf(character: string): Character {
  return character.codePointAt(0) ?? 0;
}
