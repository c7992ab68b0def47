/** The program as it is installed: a process of its own, with nothing but its environment. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMMANDS } from './harness.js';
import { createPlanned } from './planned.js';

const BIN = fileURLToPath(import.meta.resolve('#dist/bin/rootsweep.js'));
const run = promisify(execFile);

test('rootsweep plan works as a process with the usual AWS environment', async (t) => {
  const { folder, server, emulator, read, setAwsTime } = await createPlanned(t);
  // A process of its own has the true time, and so must its AWS.
  setAwsTime(() => new Date());
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const { stdout, stderr } = await run(
    process.execPath,
    [BIN, 'plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem', '--json'],
    {
      cwd: folder,
      env: {
        HOME: folder,
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
    },
  );
  assert.equal(stderr, '');
  const line = JSON.parse(stdout) as { version: number; type: string; applicable: boolean };
  assert.deepEqual([line.version, line.type, line.applicable], [1, 'plan-written', true]);
  assert.match(await read('org.plan.yaml'), /\n---\nsignatures:\n/);
});

test('rootsweep demo tells its story to the end', async () => {
  const { stdout } = await run(process.execPath, [BIN, 'demo'], { env: { HOME: '/nonexistent' } });
  assert.match(stdout, /~ 555555555555 data-prod: changed since the plan, left alone\n/);
  assert.match(stdout, /# The emulator's own log: 3 deletions, all in 333333333333 and 444444444444\.\n$/);
});

test('rootsweep --version prints the version of the package', async () => {
  const { stdout } = await run(process.execPath, [BIN, '--version']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('rootsweep --help names every command', async () => {
  const { stdout } = await run(process.execPath, [BIN, '--help']);
  for (const command of COMMANDS) {
    assert.match(stdout, new RegExp(`rootsweep ${command} `));
  }
});
