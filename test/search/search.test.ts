import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Statistics, search } from './search.js';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));
const RUNS = 300;

// In processes of its own: the hooks of the test runner would slow each of its promises down.
test(`search finds no broken promise in ${RUNS} cases of a random seed`, async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const argv = [MAIN, '--runs', `${RUNS}`, '--seed', `${seed}`, '--workers', '2', '--json'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], signal: t.signal });
  const [said, printed]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.push(text);
    // At once, and not with the result: the seed must outlive a run that is ended.
    process.stderr.write(text);
  });
  const exitCode = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  // What was found ends with the command that tries it again.
  assert.equal(exitCode, 0, said.join(''));
  const statistics = JSON.parse(printed.join('')) as Statistics;
  assert.equal(statistics.cases, RUNS);
  assert.ok(
    statistics.deletions > 0 && statistics.kills > 0 && Object.keys(statistics.attacks).length > 0,
    printed.join(''),
  );
});

test('search tries exactly the same again when the seed is the same', async () => {
  const again = async () => (await search({ seed: 4711, runs: 8 })).statistics;
  const statistics = await again();
  assert.ok(statistics.deletions > 0 && statistics.kills > 0);
  assert.deepEqual(await again(), statistics);
});
