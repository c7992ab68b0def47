/** Which clients of the SDK a bucket or a queue makes rootsweep load: V8's coverage names every script that ran. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import { serveEmulator } from '../../src/emulator/server.js';
import { OWNER, SCENARIO } from '../emulator/locked.js';

const OPEN_MODULE = new URL('../../src/aws/open.js', import.meta.url);
const CALLED = ['@aws-sdk/client-iam', '@aws-sdk/client-organizations', '@aws-sdk/client-sts'];

for (const [kind, client] of [
  ['bucket', '@aws-sdk/client-s3'],
  ['queue', '@aws-sdk/client-sqs'],
] as const) {
  test(`a ${kind} loads ${client} and not the other`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'loaded-clients-'));
    const emulator = openEmulator(SCENARIO);
    const server = await serveEmulator(emulator);
    t.after(async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });
    const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
    const script = `
      import { openAws } from ${JSON.stringify(OPEN_MODULE)};
      const clock = { now: () => new Date(), sleep: async () => {}, random: () => 0 };
      const aws = await openAws({}, 1, clock);
      const resource = { kind: '${kind}', name: 'locked' };
      const { session } = await aws.resourceAccess('aws').open('${OWNER}', resource);
      await session.read();
      aws.close();
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: folder,
      env: {
        HOME: folder,
        NODE_V8_COVERAGE: folder,
        AWS_ENDPOINT_URL: server.url,
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const clients = texts
      .flatMap((text) => (JSON.parse(text) as { result: { url: string }[] }).result)
      .flatMap(({ url }) => /\/(@aws-sdk\/client-[^/]+)\//.exec(url)?.[1] ?? []);
    assert.deepEqual([...new Set(clients)].sort(), [...CALLED, client].sort());
  });
}
