import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suggest } from '../../../src/core/base/suggest.js';
import { countWork } from '../../files/counted-work.js';

const KEYS = ['include', 'exclude', 'delete', 'expiresAfter', 'mfa-device', 'access-key', 'account', 'ou'];

const TABLE: readonly [word: string, meant: string | undefined, why: string][] = [
  ['exclud', 'exclude', 'a letter is missing'],
  ['excludee', 'exclude', 'a letter is too many'],
  ['exklude', 'exclude', 'a letter is another'],
  ['exlcude', 'exclude', 'two letters are swapped'],
  ['expires_after', 'expiresAfter', 'words are joined otherwise'],
  ['EXCLUDE', 'exclude', 'case differs'],
  ['mfa', 'mfa-device', 'it is the beginning'],
  ['access-keys', 'access-key', 'it is the plural'],
  ['uo', 'ou', 'a short word has one error'],
  ['x', undefined, 'one letter is like nothing'],
  ['frobnicate', undefined, 'nothing is near'],
  ['', undefined, 'there is no word'],
];
for (const [word, meant, why] of TABLE) {
  test(`suggest finds ${meant ?? 'nothing'} for "${word}": ${why}`, () => {
    assert.equal(suggest(word, KEYS), meant);
  });
}

test('suggest compares no letter of a huge word', () => {
  const word = 'a'.repeat(5_000_000);
  assert.equal(
    countWork(() => assert.equal(suggest(word, KEYS), undefined)),
    0,
  );
});
