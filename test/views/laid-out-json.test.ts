import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { colourJson } from '../../src/views/json-spans.js';
import { layOutJson } from '../../src/views/laid-out-json.js';
import { inTime } from '../files/refusal.js';

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

test('layOutJson and colourJson take little time for a long text with whatever in it', () => {
  for (const part of ['\\"', 'a', '"', '[', '1,', '"a":', ' ']) {
    const text = part.repeat(100_000);
    for (const it of [text, `"${text}`, `{"a":"${text}"}`, `[${text}1]`]) {
      inTime(10, () => [layOutJson(it), colourJson(it)]);
    }
  }
  inTime(10, () => layOutJson(JSON.stringify({ a: '"'.repeat(5_000_000) })));
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
