import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../../src/core/base/duration.js';

const TABLE: readonly [text: string, milliseconds: number | undefined][] = [
  ['1m', 60_000],
  ['30m', 1_800_000],
  ['72h', 259_200_000],
  ['7d', 604_800_000],
  ['0h', undefined],
  ['012h', undefined],
  ['72', undefined],
  ['h', undefined],
  ['72 h', undefined],
  ['72H', undefined],
  ['1.5h', undefined],
  ['-1h', undefined],
  ['1w', undefined],
  ['1h30m', undefined],
  ['72h\n', undefined],
  ['', undefined],
];
for (const [text, milliseconds] of TABLE) {
  test(`parseDuration reads ${JSON.stringify(text)} as ${milliseconds}`, () => {
    assert.equal(parseDuration(text), milliseconds);
  });
}
