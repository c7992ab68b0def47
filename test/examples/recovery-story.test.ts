/**
 * `examples/recovery`: the ways back in, from the plan to the last look, to the byte. `UPDATE_EXAMPLES=1 npm test` writes
 * the expectations anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeEnvelope } from '../../src/core/signing/envelope.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import { createHarness, NOW } from '../cli/harness.js';

const FOLDER = fileURLToPath(new URL('../../../examples/recovery/', import.meta.url));
const UPDATE = process.env.UPDATE_EXAMPLES === '1';

const FILES = ['--policy', 'policy.yaml'];
const PLANS = [
  ['recover', 'billing', '--reason', 'the account is to be closed', ...FILES, '--out', 'recover.plan.yaml'],
  [
    ...['unlock', 'bucket', '333333333333', 'example-trail-logs', '--replacement', 'trail-logs.json'],
    ...['--reason', 'CloudTrail cannot write', ...FILES, '--out', 'bucket.plan.yaml'],
  ],
  [
    ...['unlock', 'queue', '333333333333', 'orders.fifo', '--region', 'eu-central-1'],
    ...['--reason', 'the role was deleted', ...FILES, '--out', 'queue.plan.yaml'],
  ],
];

/** Time stands still, so that the plans are the same however long it takes to make them. */
const CLOCK = {
  now: () => new Date(NOW),
  sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  random: () => 0.5,
};

function assertFile(name: string, text: string): void {
  const path = join(FOLDER, 'expected', name);
  if (UPDATE) writeFileSync(path, text);
  assert.equal(text, readFileSync(path, 'utf8'), name);
}

test('example recovery plans and ends as expected', async (t) => {
  const scenario = parseScenario(
    readFileSync(join(FOLDER, 'organization.yaml'), 'utf8'),
    'organization.yaml',
  );
  const { run, write, read } = await createHarness(t, scenario);
  for (const name of ['policy.yaml', 'trail-logs.json']) {
    await write(name, readFileSync(join(FOLDER, name), 'utf8'));
  }
  const { stdout: line } = await run(['keygen', '--out', 'key.pem', '--name', 'planner', '--quiet']);
  await write('trust.yaml', `version: 1\nthreshold: { planner: 1 }\nkeys:\n${line}`);
  let story = '';
  const tell = async (command: readonly string[], ...unsaid: readonly string[]) => {
    const { code, stdout, stderr } = await run([...command, ...unsaid], { clock: CLOCK });
    const words = command.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
    story += `$ rootsweep ${words}\n${stdout}(exit code ${code})\n\n`;
    assert.equal(code, 0, stderr);
  };
  await tell(['audit']);
  for (const command of PLANS) {
    const name = command.at(-1) ?? '';
    await tell(command, '--key', 'key.pem');
    // The signature is another one each time.
    const { body } = decodeEnvelope(Buffer.from(await read(name)), name);
    assertFile(name.replace('.yaml', '.body.yaml'), body.toString());
    await tell(
      ['apply', name, ...FILES, '--trust', 'trust.yaml', '--confirm', 'o-recovery0001'],
      '--key',
      'key.pem',
    );
  }
  await tell(['audit']);
  assertFile('story.txt', story);
});
