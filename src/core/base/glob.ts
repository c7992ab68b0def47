/**
 * Globs over names and paths. Each character of a text is compared at most once with each of a pattern, so that no
 * pattern takes longer than their lengths multiplied.
 */

/** A code point, in a form in which case does not matter where the glob says so. */
type Character = number;
/** `*`: any number of elements, none too. */
const MANY = null;
/** `?`: any one character. */
const ONE: Character = -1;

type Pattern<P> = readonly (P | typeof MANY)[];
/** Whether one element of a pattern takes one element of a text. */
type Compare<P, T> = (wanted: P, actual: T) => boolean;

/** A text that globs are matched against, folded once for all of them. */
export type GlobText = readonly Character[];
/** A path of names, folded once for all globs. */
export type GlobPath = readonly GlobText[];

/** The text for globs in which case does not matter. */
export function foldText(text: string): GlobText {
  return Array.from(text, foldCharacter);
}

/** @param path `/` for the root, `/Workloads/Prod` below it. */
export function foldPath(path: string): GlobPath {
  return splitPath(path).map(foldText);
}

/**
 * For text that is no path: `*` and `**` are any text, `/` included, and `?` is any one character. Everything else,
 * brackets and braces too, stands for itself. Case does not matter.
 */
export function compileTextGlob(
  pattern: string,
  compare: Compare<Character, Character> = isTaken,
): (text: GlobText) => boolean {
  const wanted = parsePattern(pattern, foldCharacter);
  return (text) => matches(wanted, text, compare);
}

/** For paths: `*` and `?` stay within one name, `**` alone between slashes is any number of names, none too. */
export function compilePathGlob(
  pattern: string,
  compare: Compare<Character, Character> = isTaken,
): (path: GlobPath) => boolean {
  const wanted = splitPath(pattern).map((name) => (name === '**' ? MANY : parsePattern(name, foldCharacter)));
  const compareNames: Compare<Pattern<Character>, GlobText> = (name, text) => matches(name, text, compare);
  return (path) => matches(wanted, path, compareNames);
}

/** IAM's wildcards: `*` is any text, `?` is any one character, and case matters. */
export function matchesWildcards(pattern: string, text: string): boolean {
  return matches(parsePattern(pattern, codePointOf), Array.from(text, codePointOf), isTaken);
}

/** What is wrong with a path glob that would match otherwise than it reads. Undefined for a good one. */
export function findPathGlobFault(pattern: string): 'many-within-name' | 'empty-name' | undefined {
  const names = splitPath(pattern);
  if (names.includes('')) return 'empty-name';
  return names.some((name) => name !== '**' && name.includes('**')) ? 'many-within-name' : undefined;
}

/**
 * Takes the pattern element by element; where it fails, the last `*` takes one element more. An earlier `*` never
 * needs to: what stands between the two was found as far left as it can be.
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

function isTaken(wanted: Character, actual: Character): boolean {
  return wanted === ONE || wanted === actual;
}

function parsePattern(pattern: string, read: (character: string) => Character): Pattern<Character> {
  return Array.from(pattern, (character) =>
    character === '*' ? MANY : character === '?' ? ONE : read(character),
  );
}

/** None for the root. */
function splitPath(path: string): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

/**
 * Two letters are the same if they have the same capital letter. One whose capital is written with more letters, or
 * is one of ASCII while it is not, is itself: `ſ` is no `s`.
 */
function foldCharacter(character: string): Character {
  const [first = character, ...more] = character.toUpperCase();
  const isOther = more.length > 0 || (first < '\u0080' && character >= '\u0080');
  return codePointOf(isOther ? character : first);
}

function codePointOf(character: string): Character {
  return character.codePointAt(0) ?? 0;
}
