import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { hasInvisible, makeVisible, quoteVisibly, stringifyVisibly } from '../../../src/core/base/text.js';

/** One character of each kind that does not show as what it is. */
const INVISIBLE: readonly [name: string, character: string, visible: string][] = [
  ['null', '\u0000', '\\u{0}'],
  ['line feed', '\n', '\\u{a}'],
  ['carriage return', '\r', '\\u{d}'],
  ['tab', '\t', '\\u{9}'],
  ['escape, which begins ANSI sequences', '\u001b', '\\u{1b}'],
  ['delete', '\u007f', '\\u{7f}'],
  ['next line', '\u0085', '\\u{85}'],
  ['single character CSI', '\u009b', '\\u{9b}'],
  ['no-break space', '\u00a0', '\\u{a0}'],
  ['soft hyphen', '\u00ad', '\\u{ad}'],
  ['combining grapheme joiner', '\u034f', '\\u{34f}'],
  ['Arabic letter mark', '\u061c', '\\u{61c}'],
  ['Hangul filler', '\u3164', '\\u{3164}'],
  ['Ogham space', '\u1680', '\\u{1680}'],
  ['em space', '\u2003', '\\u{2003}'],
  ['zero width space', '\u200b', '\\u{200b}'],
  ['zero width joiner', '\u200d', '\\u{200d}'],
  ['right-to-left mark', '\u200f', '\\u{200f}'],
  ['line separator', '\u2028', '\\u{2028}'],
  ['paragraph separator', '\u2029', '\\u{2029}'],
  ['right-to-left override', '\u202e', '\\u{202e}'],
  ['narrow no-break space', '\u202f', '\\u{202f}'],
  ['word joiner', '\u2060', '\\u{2060}'],
  ['right-to-left isolate', '\u2067', '\\u{2067}'],
  ['ideographic space', '\u3000', '\\u{3000}'],
  ['lone surrogate', '\ud800', '\\u{d800}'],
  ['private use', '\ue000', '\\u{e000}'],
  ['variation selector', '\ufe0f', '\\u{fe0f}'],
  ['byte order mark', '\ufeff', '\\u{feff}'],
  ['replacement character', '\ufffd', '\\u{fffd}'],
  ['noncharacter', '\uffff', '\\u{ffff}'],
  ['noncharacter of another plane', '\u{1fffe}', '\\u{1fffe}'],
  ['blank of Braille', '\u2800', '\\u{2800}'],
  ['tag', '\u{e0041}', '\\u{e0041}'],
  ['variation selector supplement', '\u{e0100}', '\\u{e0100}'],
  ['private plane', '\u{10fffd}', '\\u{10fffd}'],
];
for (const [name, character, visible] of INVISIBLE) {
  test(`makeVisible shows a ${name} as ${visible}`, () => {
    assert.equal(hasInvisible(`a${character}b`), true);
    assert.equal(makeVisible(`a${character}b`), `a${visible}b`);
  });
}

/** What Unicode itself calls a control, a format character, a space or ignorable. */
const UNICODE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

test('hasInvisible finds every character that Unicode calls a control, format, space, private or ignorable one', () => {
  const missed: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (character !== ' ' && UNICODE.test(character) && !hasInvisible(character))
      missed.push(code.toString(16));
  }
  assert.deepEqual(missed, []);
});

test('makeVisible leaves letters, marks and pictures of all scripts as they are', () => {
  const text = 'shop Zürich 東京 مرحبا שלום Ελλάδα \u{1f600} a\u0301 – “x” €';
  assert.equal(hasInvisible(text), false);
  assert.equal(makeVisible(text), text);
});

/** Any sequence of code units, so lone surrogates too, with many of the characters that are made visible. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom(...INVISIBLE.map(([, character]) => character), '"', '\\', "'", ': ', '#', '\u{1f600}'),
    ),
  )
  .map((parts) => parts.join(''));

test('makeVisible leaves nothing invisible in any text', () => {
  fc.assert(fc.property(anyText, (text) => !hasInvisible(makeVisible(text))));
});

test('quoteVisibly writes any text so that YAML reads the same text back, with nothing invisible', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const quoted = quoteVisibly(text);
      assert.equal(hasInvisible(quoted), false);
      assert.equal(parse(`key: ${quoted}\n`).key, text);
    }),
  );
});

test('stringifyVisibly writes any text so that JSON reads the same text back, with nothing invisible', () => {
  fc.assert(
    fc.property(anyText, anyText, (key, text) => {
      const json = stringifyVisibly({ list: [key, text] });
      assert.equal(hasInvisible(json), false);
      assert.deepEqual(JSON.parse(json), { list: [key, text] });
    }),
  );
});

test('stringifyVisibly makes the keys of an object visible too', () => {
  assert.equal(stringifyVisibly({ '\u202e': 1 }), '{"\\u202e":1}');
});

test('quoteVisibly escapes a character beyond the basic plane as YAML does', () => {
  assert.equal(quoteVisibly('\u{e0041}'), '"\\U000e0041"');
});

test('stringifyVisibly escapes a character beyond the basic plane as JSON does', () => {
  assert.equal(stringifyVisibly('\u{e0041}'), '"\\udb40\\udc41"');
});
