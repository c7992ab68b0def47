/**
 * What each command loads: the SDK takes as long to load as Node takes to start, and no command loads what it does not
 * use. V8's coverage names every script that ran.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createPlanned, type Planned } from './planned.js';
import { APPLY, BIN, PLAN, thisProcess } from './spawned.js';

interface Loaded {
  /** Packages below node_modules, by name, in order. */
  readonly packages: readonly string[];
  /** Files of rootsweep itself. */
  readonly own: number;
}

async function load({ folder, server, emulator }: Planned, argv: readonly string[]): Promise<Loaded> {
  const coverage = join(folder, `coverage-${argv.join('_').replace(/\W/g, '')}`);
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const child = spawn(process.execPath, [BIN, ...argv], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      NODE_V8_COVERAGE: coverage,
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, stderr);
  const urls = readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url);
  });
  const packages = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  return {
    packages: [...new Set(packages)].sort(),
    own: urls.filter((url) => url.includes('/dist/')).length,
  };
}

async function prepare(t: Parameters<typeof createPlanned>[0]): Promise<Planned> {
  const planned = await createPlanned(t);
  planned.setAwsTime(() => new Date());
  await planned.run(PLAN, thisProcess());
  return planned;
}

const isOfSdk = (name: string) => name.startsWith('@aws-sdk/') || name.startsWith('@smithy/');

for (const flag of ['--help', '--version']) {
  test(`${flag} loads no package, and few files`, async (t) => {
    const { packages, own } = await load(await createPlanned(t), [flag]);
    assert.deepEqual(packages, []);
    assert(own <= 6, `${own} files`);
  });

  test(`${flag} prints what the commands themselves say`, async (t) => {
    const { folder, run } = await createPlanned(t);
    const child = spawn(process.execPath, [BIN, flag], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    await once(child, 'close');
    assert.equal(printed, (await run([flag])).stdout);
  });
}

for (const command of [
  ['verify', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'],
  ['show', 'org.plan.yaml'],
  ['keygen', '--out', 'other.pem'],
]) {
  test(`${command[0]} loads no SDK`, async (t) => {
    const { packages } = await load(await prepare(t), command);
    assert(packages.includes('clipanion'), 'nothing was listed');
    assert.deepEqual(packages.filter(isOfSdk), []);
  });
}

for (const command of [
  ['audit'],
  [...PLAN.slice(0, 4), 'other.plan.yaml', ...PLAN.slice(5)],
  [...APPLY, '--confirm', 'o-exampleorgid'],
  ['recover', '222222222222', '--reason', 'x', ...PLAN.slice(1, 4), 'other.plan.yaml', ...PLAN.slice(5)],
]) {
  test(`${command[0]} loads the clients of the three services that it calls, and no other`, async (t) => {
    const { packages } = await load(await prepare(t), command);
    assert.deepEqual(
      packages.filter((name) => name.startsWith('@aws-sdk/client-')),
      ['@aws-sdk/client-iam', '@aws-sdk/client-organizations', '@aws-sdk/client-sts'],
    );
  });
}
