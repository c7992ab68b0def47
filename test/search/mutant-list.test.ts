import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MUTANTS } from './mutant-list.js';

/** How often a mutant's text occurs in a file. */
function countIn(root: string, file: string, find: string): number {
  return readFileSync(new URL(`${root}${file}`, import.meta.url), 'utf8').split(find).length - 1;
}

test('the text of each mutant occurs exactly once in its source file, and in what is built of it', () => {
  const wrong = MUTANTS.filter(
    ({ file, find }) =>
      countIn('../../../', file, find) !== 1 || countIn('../../', file.replace(/\.ts$/, '.js'), find) !== 1,
  );
  assert.deepEqual(
    wrong.map(({ file, find }) => `${file}: ${find}`),
    [],
  );
});

test('each mutant has a name of its own, and changes something', () => {
  const names = MUTANTS.map(({ promise, removed }) => `${promise} ${removed}`);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    MUTANTS.filter(({ find, replace }) => find === replace),
    [],
  );
});
