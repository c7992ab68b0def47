import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { colourJson } from '../../../src/views/format/json-spans.js';
import { layOutJson } from '../../../src/views/format/laid-out-json.js';
import { assertLinear, countWork, SIZES } from '../../files/counted-work.js';

test('layOutJson lays values out as JSON.stringify does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, '\t', ' \n'), (value, space) => {
      // Numbers are spelled as they are: -0 is none that JSON.stringify writes.
      const text = JSON.stringify(value, undefined, space);
      assert.deepEqual(layOutJson(text), JSON.stringify(value, undefined, 2).split('\n'));
    }),
    { numRuns: 1000 },
  );
});

test('layOutJson changes no token, and shows both of two keys of one name', () => {
  const text = '{"Effect":"Allow","\\u0045ffect" : "Deny", "n":[1.0e0,{},[ ]],"q":"\\"}, {\\\\"}';
  assert.deepEqual(layOutJson(text), [
    '{',
    '  "Effect": "Allow",',
    '  "\\u0045ffect": "Deny",',
    '  "n": [',
    '    1.0e0,',
    '    {},',
    '    []',
    '  ],',
    '  "q": "\\"}, {\\\\"',
    '}',
  ]);
});

test('layOutJson and colourJson cut a long text in proportion to its length, whatever is in it', () => {
  for (const part of ['\\"', 'a', '"', '[', '1,', '"a":', ' ']) {
    for (const wrap of [
      (text: string) => text,
      (text: string) => `"${text}`,
      (text: string) => `{"a":"${text}"}`,
      (text: string) => `[${text}1]`,
    ]) {
      const texts = SIZES.map((times) => wrap(part.repeat(times)));
      assertLinear(texts.map((it) => countWork(() => [layOutJson(it), colourJson(it)])));
    }
  }
});

test('layOutJson takes a string of millions of escapes', () => {
  const text = JSON.stringify({ a: '"'.repeat(5_000_000) });
  assert.equal(layOutJson(text).join('').length, text.length + '  '.length + ' '.length);
});

for (const [what, text] of [
  ['no JSON', '{"a": 1,\n}'],
  ['JSON with something after it', '{} {}'],
  ['deeper than any policy', `${'['.repeat(10_000)}\n${']'.repeat(10_000)}`],
  ['empty', ''],
] as const) {
  test(`layOutJson leaves a text as it is that is ${what}`, () => {
    assert.equal(layOutJson(text).join('\n'), text);
  });
}
