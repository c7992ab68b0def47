import assert from 'node:assert/strict';
import { test } from 'node:test';
import { search } from './search.js';
import { spawnSearch } from './spawn-search.js';

test('search finds no broken promise in 100 cases', (t) => spawnSearch(t, 100, 1));

test('search tries exactly the same again when the seed is the same', async () => {
  const again = async () => (await search({ seed: 4711, runs: 8 })).statistics;
  const statistics = await again();
  assert.ok(statistics.deletions > 0 && statistics.kills > 0);
  assert.deepEqual(await again(), statistics);
});
