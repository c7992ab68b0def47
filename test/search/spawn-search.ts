/** Searches in processes of their own: the hooks of the test runner would slow each of its promises down. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Statistics } from './search.js';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));

/**
 * Fails with what was found, and the command that tries it again.
 * @param seed the same each time, so that a change fails for what it changed; `npm run search` tries others.
 */
export async function spawnSearch(t: TestContext, runs: number, seed: number): Promise<void> {
  const argv = [MAIN, '--runs', `${runs}`, '--seed', `${seed}`, '--workers', '2', '--json'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], signal: t.signal });
  const [said, printed]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.push(text);
    // At once, and not with the result: the seed must outlive a run that is ended.
    process.stderr.write(text);
  });
  const exitCode = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  assert.equal(exitCode, 0, said.join(''));
  const statistics = JSON.parse(printed.join('')) as Statistics;
  assert.equal(statistics.cases, runs);
  assert.ok(
    statistics.deletions > 0 && statistics.kills > 0 && Object.keys(statistics.attacks).length > 0,
    printed.join(''),
  );
}
