import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import picomatch from 'picomatch';
import {
  compilePathGlob,
  compileTextGlob,
  findPathGlobFault,
  foldPath,
  foldText,
  matchesWildcards,
} from '../../../src/core/base/glob.js';

const matchesText = (pattern: string, text: string) => compileTextGlob(pattern)(foldText(text));
const matchesPath = (pattern: string, path: string) => compilePathGlob(pattern)(foldPath(path));

/** What picomatch reads in ways of its own: globs of ours have no such characters. */
const ORDINARY = [...'aAbBzZ09 -_.,;:%#&~<>=éÉßſsKkıIiİσςΣжЖあ中אب'];
/** Few letters, so that names and patterns often meet. */
const FEW = [...'aAb'];
const PICOMATCH = { dot: true, nocase: true, windows: false } as const;

const textOf = (characters: readonly string[], maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });
const nameOf = (maxLength: number) => fc.oneof(textOf(FEW, maxLength), textOf(ORDINARY, maxLength));

/** `.` and `/` are exempt from the wildcards of picomatch, and are letters like any other in ours. */
const standIn = (text: string) => text.replaceAll('.', '\ue000').replaceAll('/', '\ue001');

test('a text glob matches as picomatch does, whatever pattern and text are', () => {
  const pattern = fc.oneof(textOf([...FEW, '*', '?'], 8), textOf([...ORDINARY, '/', '*', '?'], 12));
  const text = fc.oneof(nameOf(12), textOf([...FEW, '/'], 8));
  let matched = 0;
  fc.assert(
    fc.property(pattern, text, (glob, name) => {
      const expected = picomatch.isMatch(standIn(name), standIn(glob), PICOMATCH);
      if (expected) matched += 1;
      assert.equal(matchesText(glob, name), expected);
    }),
    { numRuns: 5000 },
  );
  assert.ok(matched > 100, `${matched} of the patterns matched`);
});

const path = fc.array(nameOf(3), { maxLength: 5 }).map((names) => `/${names.join('/')}`);
const pathGlob = fc
  .array(fc.oneof(fc.constantFrom('*', '**', '?'), textOf([...FEW, '*', '?'], 3), nameOf(3)), {
    maxLength: 6,
  })
  .map((names) => `/${names.join('/')}`)
  .filter((glob) => findPathGlobFault(glob) === undefined);

test('a path glob matches as picomatch does, whatever pattern and path are', () => {
  // Of `/*/**`, picomatch says that it does not match `/a`, although `/a/**` does; the reference below says that it does.
  const agreed = pathGlob.filter((glob) => !/\*\/\*\*/.test(glob.replaceAll('/**/**', '/**')));
  const plain = (text: string) => `root${text.replaceAll('.', '\ue000')}`;
  let matched = 0;
  fc.assert(
    fc.property(agreed, path, (glob, place) => {
      const expected = picomatch.isMatch(plain(place), plain(glob), PICOMATCH);
      if (expected) matched += 1;
      assert.equal(matchesPath(glob, place), expected);
    }),
    { numRuns: 5000 },
  );
  assert.ok(matched > 100, `${matched} of the patterns matched`);
});

/** The meaning of a path glob, word for word, in time that explodes. */
function meansPath(names: readonly string[], units: readonly string[]): boolean {
  const [name, ...restOfNames] = names;
  const [unit, ...restOfUnits] = units;
  if (name === undefined) return units.length === 0;
  if (name === '**') {
    return meansPath(restOfNames, units) || (unit !== undefined && meansPath(names, restOfUnits));
  }
  return unit !== undefined && meansText([...name], [...unit]) && meansPath(restOfNames, restOfUnits);
}

function meansText(pattern: readonly string[], text: readonly string[]): boolean {
  const [wanted, ...restOfPattern] = pattern;
  const [character, ...restOfText] = text;
  if (wanted === undefined) return text.length === 0;
  if (wanted === '*') {
    return meansText(restOfPattern, text) || (character !== undefined && meansText(pattern, restOfText));
  }
  const isSame = wanted === '?' || wanted.toLowerCase() === character?.toLowerCase();
  return character !== undefined && isSame && meansText(restOfPattern, restOfText);
}

const split = (text: string) => (text === '/' ? [] : text.slice(1).split('/'));

test('a path glob means what the words say, whatever pattern and path are', () => {
  const letters = (length: number) => textOf([...FEW, '😀', 'ж'], length);
  const names = fc.array(fc.oneof(fc.constantFrom('*', '**'), textOf([...FEW, '*', '?', '😀'], 4)), {
    maxLength: 6,
  });
  const globs = names.map((it) => `/${it.join('/')}`).filter((it) => findPathGlobFault(it) === undefined);
  const paths = fc.array(letters(4), { maxLength: 6 }).map((it) => `/${it.join('/')}`);
  fc.assert(
    fc.property(globs, paths, (glob, place) => {
      assert.equal(matchesPath(glob, place), meansPath(split(glob), split(place)));
    }),
    { numRuns: 5000 },
  );
});

const TABLE: readonly [pattern: string, text: string, matches: boolean, why: string][] = [
  ['?', '😀', true, 'a character beyond the basic plane is one'],
  ['??', '😀', false, 'a character beyond the basic plane is not two'],
  ['𐐀', '𐐨', true, 'case does not matter beyond the basic plane either'],
  ['ÉCOLE', 'école', true, 'letters have accents'],
  ['ΣΑΣ', 'σας', true, 'a final sigma has the same capital letter'],
  ['s', 'ſ', false, 'a long s is another letter, and its capital is one of ASCII'],
  ['k', '\u212a', false, 'the sign of Kelvin is no k'],
  ['SS', 'ß', false, 'a letter is one letter'],
  ['*"', 'x', false, 'a quotation mark is a character like any other'],
  ['"a"', '"A"', true, 'a quotation mark is a character like any other'],
  ['**', 'a/b', true, 'two stars are one star'],
  ['[ab]', 'a', false, 'brackets stand for themselves'],
  ['{a,b}', '{a,b}', true, 'braces stand for themselves'],
];

for (const [pattern, text, matches, why] of TABLE) {
  test(`a text glob ${pattern} ${matches ? 'matches' : 'leaves'} ${text}, because ${why}`, () => {
    assert.equal(matchesText(pattern, text), matches);
  });
}

test('a path glob /*/** matches the OU itself, as /Workloads/** does', () => {
  assert.ok(matchesPath('/*/**', '/Workloads'));
  assert.ok(matchesPath('/Workloads/**', '/Workloads'));
});

test('wildcards of IAM heed case, and take a character beyond the basic plane for one', () => {
  assert.ok(matchesWildcards('iam:Get*', 'iam:GetUser'));
  assert.ok(!matchesWildcards('iam:get*', 'iam:GetUser'));
  assert.ok(matchesWildcards('a?c', 'a😀c'));
});

/** Each hostile pattern, and the piece that a text repeats to be as close to matching as it can. */
const HOSTILE: readonly [what: string, pattern: string, piece: string][] = [
  ['stars and letters', `${'*a'.repeat(40)}*b`, 'a'],
  ['stars and question marks', `${'?*'.repeat(40)}Z`, 'a'],
  ['a long part behind a star', `*${'a'.repeat(40)}b`, 'a'],
  ['stars alone', `${'*'.repeat(80)}b`, 'a'],
  ['two long parts', `*${'ab'.repeat(20)}*${'a'.repeat(20)}c`, 'ab'],
];

/** Comparisons that a match takes. */
function countText(pattern: string, text: string): number {
  let steps = 0;
  const compare = (wanted: number, actual: number) => {
    steps += 1;
    return wanted === -1 || wanted === actual;
  };
  compileTextGlob(pattern, compare)(foldText(text));
  return steps;
}

function countPath(pattern: string, path: string): number {
  let steps = 0;
  const compare = (wanted: number, actual: number) => {
    steps += 1;
    return wanted === -1 || wanted === actual;
  };
  compilePathGlob(pattern, compare)(foldPath(path));
  return steps;
}

/** Twice the size takes at most twice the steps, and a constant: at its end a text may cut a comparison short. */
function assertLinear(counts: readonly number[], constant = 100): void {
  for (const [index, count] of counts.slice(1).entries()) {
    assert.ok(count <= 2 * (counts[index] ?? 0) + constant, `steps: ${counts.join(', ')}`);
  }
}

for (const [what, pattern, piece] of HOSTILE) {
  test(`a text glob of ${what} takes steps in proportion to the text`, () => {
    const counts = [1, 2, 4, 8].map((times) => countText(pattern, piece.repeat(200 * times)));
    assertLinear(counts, pattern.length ** 2);
    assert.ok((counts.at(-1) ?? 0) <= pattern.length * piece.length * 1600);
  });
}

test('a text glob takes steps in proportion to the pattern', () => {
  const text = 'a'.repeat(1000);
  assertLinear([1, 2, 4, 8].map((times) => countText(`${'*a'.repeat(50 * times)}*b`, text)));
});

test('a path glob of stars within stars takes steps in proportion to the path', () => {
  const pattern = `/${'**/*a*a*b/'.repeat(10)}**/x`;
  assertLinear([1, 2, 4, 8].map((times) => countPath(pattern, '/aaaaaaaab'.repeat(20 * times))));
  assertLinear([1, 2, 4, 8].map((times) => countPath(pattern, `/${'a'.repeat(500 * times)}b`)));
});
