import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { colourJson } from '../../../src/views/format/json-spans.js';
import { bold, cyan, dim, red, yellow } from '../../../src/views/format/lines.js';

const textOf = (line: string) =>
  colourJson(line)
    .map((span) => (typeof span === 'string' ? span : span.text))
    .join('');

test('colourJson tells keys, texts, numbers and marks apart', () => {
  assert.deepEqual(colourJson('  "Version": [ "2012-10-17", 1.0e0 ],'), [
    '  ',
    cyan('"Version"'),
    dim(':'),
    ' ',
    dim('['),
    ' ',
    '"2012-10-17"',
    dim(','),
    ' ',
    yellow('1.0e0'),
    ' ',
    dim(']'),
    dim(','),
  ]);
});

test('colourJson shows what denies in a colour of its own, and only as an effect', () => {
  assert.deepEqual(colourJson('"Effect": "Deny"'), [cyan('"Effect"'), dim(':'), ' ', red('"Deny"')]);
  assert.deepEqual(colourJson('"Effect":"Allow"'), [cyan('"Effect"'), dim(':'), bold('"Allow"')]);
  assert.deepEqual(colourJson('"Sid": "Deny"'), [cyan('"Sid"'), dim(':'), ' ', '"Deny"']);
});

test('colourJson keeps every character of whatever text', () => {
  const json = fc.string({ unit: fc.constantFrom(...'{}[]",:\\ \t1aé\u001b\u202e"') });
  fc.assert(
    fc.property(fc.oneof(json, fc.string({ unit: 'binary' })), (line) => {
      assert.equal(textOf(line), line);
    }),
    { numRuns: 1000 },
  );
});
