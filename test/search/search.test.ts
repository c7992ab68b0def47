import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { search } from './search.js';

const RUNS = 300;

test(`search finds no broken promise in ${RUNS} cases of a random seed`, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const { statistics, finding } = await search({ seed, runs: RUNS });
  const replay = `npm run search -- --replay ${seed}:${finding?.path}`;
  assert.equal(
    finding,
    undefined,
    `${finding?.message}\n${inspect(finding?.smallest, { depth: 12 })}\n${replay}`,
  );
  t.diagnostic(inspect(statistics, { breakLength: Number.POSITIVE_INFINITY }));
  assert.equal(statistics.cases, RUNS);
  assert.ok(statistics.deletions > 0 && statistics.kills > 0);
});

test('search tries exactly the same again when the seed is the same', async () => {
  const again = async () => (await search({ seed: 4711, runs: 25 })).statistics;
  assert.deepEqual(await again(), await again());
});
