import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expected, repair, type SchemaRule, wrongLength } from '../../../src/files/schema/schema-text.js';

const EXPECTED: readonly [rule: SchemaRule, words: string][] = [
  [{ const: 1 }, '1'],
  [{ enum: ['a', 'b', 'c'] }, '"a", "b" or "c"'],
  [{ type: 'integer', minimum: 1 }, 'a whole number of at least 1'],
  [{ type: 'number', minimum: 1, maximum: 100, examples: [50] }, 'a number from 1 to 100, for example 50'],
  [{ type: 'boolean' }, 'true or false'],
  [{ type: 'array', examples: [['a', 1]] }, 'a list, for example ["a", 1]'],
  [{ type: 'object', examples: [{ a: '1' }] }, 'a mapping, for example {a: "1"}'],
  [{}, 'another value'],
];
for (const [rule, words] of EXPECTED) {
  test(`expected puts ${JSON.stringify(rule)} as: ${words}`, () => assert.equal(expected(rule), words));
}

const REPAIRED: readonly [text: string, rule: SchemaRule, repaired: string | undefined][] = [
  ['12', {}, '12'],
  ['72 h', { pattern: '^[0-9]+h$' }, '72h'],
  ['O-ABC', { pattern: '^o-[a-z]+$' }, 'o-abc'],
  ['1111-2222', { pattern: '^[0-9]{8}$' }, '11112222'],
  ['ab-12', { pattern: '^[0-9]+$' }, undefined],
  ['', { minLength: 1 }, undefined],
  ['123', { maxLength: 2 }, undefined],
  ['2027-02-30', { format: 'date' }, undefined],
  ['2027-02-28 T00:00:00z', { anyOf: [{ format: 'date' }, { format: 'date-time' }] }, undefined],
  ['2027-02-28 ', { anyOf: [{ format: 'date' }, { format: 'date-time' }] }, '2027-02-28'],
];
for (const [text, rule, repaired] of REPAIRED) {
  test(`repair makes ${JSON.stringify(repaired)} of "${text}" for ${JSON.stringify(rule)}`, () => {
    assert.equal(repair(text, rule), repaired);
  });
}

test('wrongLength counts only where all texts have one length', () => {
  assert.equal(wrongLength('abc', { minLength: 2, maxLength: 2 }), ', and this has 3');
  assert.equal(wrongLength('ab', { minLength: 2, maxLength: 2 }), '');
  assert.equal(wrongLength('', { minLength: 1 }), '');
  assert.equal(wrongLength('abc', { maxLength: 2 }), '');
});
