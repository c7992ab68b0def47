/** What people copy works: every command line of the help, the README and the examples is one that rootsweep takes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCli } from '../../src/main.js';
import { findCommandLines, findFault } from '../cli/command-lines.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function assertTaken(lines: readonly (readonly string[])[], where: string): void {
  const faults = lines.flatMap((argv) => {
    const fault = findFault(argv);
    return fault === undefined ? [] : [`${where}: rootsweep ${argv.join(' ')}: ${fault}`];
  });
  assert.deepEqual(faults, []);
}

for (const { path, examples = [] } of openCli().definitions()) {
  test(`the help of ${path} gives at least two examples, and rootsweep takes them`, () => {
    assert.ok(examples.length >= 2, `${examples.length} examples`);
    for (const [, example] of examples) {
      assert.ok(example.startsWith(path.split(' ').slice(0, 2).join(' ')), example);
      const lines = findCommandLines(example);
      assert.equal(lines.length, 1, example);
      assertTaken(lines, path);
    }
  });
}

test('rootsweep takes every command line of the README', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```sh\n([\s\S]+?)```/g)].map(([, block = '']) => block);
  const lines = findCommandLines(blocks.join('\n'));
  assert.ok(lines.length > 20, `${lines.length} lines`);
  assertTaken(lines, 'README.md');
});

test('rootsweep takes every command line of the examples', () => {
  const files = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.(?:sh|yml|yaml)$/.test(path) && !path.includes('expected'),
  );
  const lines = files.flatMap((path) => findCommandLines(readFileSync(join(ROOT, 'examples', path), 'utf8')));
  assert.ok(lines.length >= 10, `${lines.length} lines`);
  assertTaken(lines, 'examples');
});

test('a command line that rootsweep does not take is found', () => {
  const script = `
    - run: npx --no-install rootsweep plan --policy policy.yaml --out "$OUT" > log 2>&1 || code=$?
    if ! rootsweep show "$PLAN" --format sarif \\
        --frobnicate; then rootsweep show a --format pdf; fi
    echo "$(rootsweep nothing)" # rootsweep
  `;
  const lines = findCommandLines(script);
  assert.deepEqual(lines, [
    ['plan', '--policy', 'policy.yaml', '--out', '$OUT'],
    ['show', '$PLAN', '--format', 'sarif', '--frobnicate'],
    ['show', 'a', '--format', 'pdf'],
    ['nothing'],
  ]);
  assert.deepEqual(
    lines.map((argv) => findFault(argv) !== undefined),
    [false, true, true, true],
  );
});
