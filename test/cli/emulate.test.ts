import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createHarness, type Harness } from './harness.js';
import { SCENARIO } from './planned.js';
import { assertRefused, type Refusal } from './refused.js';

const BIN = fileURLToPath(import.meta.resolve('#dist/bin/rootsweep.js'));

interface Served {
  readonly child: ChildProcess;
  /** What stood on stdout when the last of the given number of lines was there. */
  readonly stdout: string;
  readonly stderr: () => string;
  readonly run: Harness['run'];
}

/** Starts `rootsweep emulate …` as a process, and waits for its first lines. */
async function serve(t: TestContext, argv: readonly string[], lines: number): Promise<Served> {
  const harness = await createHarness(t, SCENARIO);
  await harness.write('scenario.yaml', SCENARIO);
  const child = spawn(process.execPath, [BIN, 'emulate', ...argv], { cwd: harness.folder, env: {} });
  t.after(() => child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    stdout += String(chunk);
    if (stdout.split('\n').length > lines) break;
  }
  return { child, stdout, stderr: () => stderr, run: harness.run };
}

/** An emulator in a process of its own has the true time. */
const trueTime = () => new Date().toISOString();

const EXPORTS =
  /^export AWS_ENDPOINT_URL=(http:\/\/127\.0\.0\.1:\d+) AWS_REGION=us-east-1\nexport AWS_ACCESS_KEY_ID=(\w+) AWS_SECRET_ACCESS_KEY=(\S+)\n$/;

test('emulate prints exports, serves an organization to audit, and ends on SIGINT with 0', async (t) => {
  const { child, stdout, stderr, run } = await serve(t, ['scenario.yaml'], 2);
  const [, endpoint = '', accessKeyId = '', secretAccessKey = ''] = EXPORTS.exec(stdout) ?? [];
  const aws = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
  const audit = await run(['audit'], { aws, now: trueTime() });
  assert.equal(audit.code, 0, audit.stderr);
  assert.match(audit.stdout, /: 3 accounts, 0 unknown, 1 not audited; /);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.match(
    stderr(),
    /^An emulated organization is served at http:\/\/127\.0\.0\.1:\d+ until you press Ctrl-C\./,
  );
});

test('emulate --json prints the address and every caller as one object', async (t) => {
  const { child, stdout } = await serve(t, ['scenario.yaml', '--json'], 1);
  const { url, ...object } = JSON.parse(stdout) as { url: string; callers: Record<string, object> };
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.deepEqual(
    { ...object, callers: Object.keys(object.callers) },
    {
      version: 1,
      type: 'emulator-started',
      region: 'us-east-1',
      callers: ['operator'],
    },
  );
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('emulate --accounts makes up an organization of so many member accounts', async (t) => {
  const { child, stdout, run } = await serve(t, ['--accounts', '12', '--seed', '3'], 2);
  const [, endpoint = '', accessKeyId = '', secretAccessKey = ''] = EXPORTS.exec(stdout) ?? [];
  const aws = { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
  assert.match((await run(['audit'], { aws, now: trueTime() })).stdout, /: 13 accounts, 0 unknown, /);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

const STOPPED = AbortSignal.abort();

/** The access key of the first caller, which the seed decides. */
async function keyOf({ run }: Harness, ...argv: string[]): Promise<string | undefined> {
  const { stdout } = await run(['emulate', ...argv], { stop: STOPPED });
  return /AWS_ACCESS_KEY_ID=(\w+)/.exec(stdout)?.[1];
}

test('emulate --seed counts for a scenario too', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await harness.write('scenario.yaml', SCENARIO);
  const [plain, one, two] = [
    await keyOf(harness, 'scenario.yaml'),
    await keyOf(harness, 'scenario.yaml', '--seed', '1'),
    await keyOf(harness, 'scenario.yaml', '--seed', '2'),
  ];
  assert.equal(plain, one);
  assert.notEqual(one, two);
});

test('emulate is refused when its port is taken', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const address = taken.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  await assertRefused(harness, {
    argv: ['emulate', '--accounts', '2', '--port', port],
    code: 1,
    says: `cannot listen on port ${port} of 127.0.0.1`,
    hint: 'choose another --port, or leave it out to get a free one',
  });
});

const USAGE: readonly (readonly [argv: readonly string[], says: string, hint: string])[] = [
  [
    [],
    'emulate needs a scenario file, or --accounts to make one up',
    'for example: rootsweep emulate --accounts 40',
  ],
  [
    ['s.yaml', '--accounts', '3'],
    'emulate takes a scenario file or --accounts, not both',
    'leave one of them out',
  ],
];
for (const [argv, says, hint] of USAGE) {
  test(`emulate ${argv.join(' ')} is refused`, async (t) => {
    await assertRefused(await createHarness(t, SCENARIO), {
      argv: ['emulate', ...argv],
      code: 1,
      says,
      hint,
    });
  });
}

const INVALID: readonly (readonly [when: string, scenario: string, says: Refusal['says']])[] = [
  ['is malformed', 'accounts: [\n', /^scenario\.yaml:\d:\d+: /],
  ['is a list', '- 1\n', /^scenario\.yaml:1:1: /],
  [
    'has an unknown member',
    'accounts: []\nacounts: []\n',
    'scenario.yaml:2:1: "acounts" is not a member here',
  ],
  ['has a text for a list', 'accounts: none\n', /^scenario\.yaml:1:11: "none" is not of type array/],
  [
    'has an account id without quotes',
    'accounts:\n  - id: 012345678901\n',
    /^scenario\.yaml:2:9: .* must be in quotes: without them YAML reads a number and drops leading zeros$/,
  ],
  [
    'has an account twice',
    'accounts:\n  - { id: "222222222222" }\n  - { id: "222222222222" }\n',
    'scenario.yaml:3:11: Account 222222222222 is listed twice',
  ],
  ['has an alias', 'accounts: &a []\nfaults: *a\n', /^scenario\.yaml:2:9: /],
  ['has a fault of no kind', 'faults: [{ fault: { kind: fire } }]\n', /^scenario\.yaml:1:27: /],
];

for (const [when, scenario, says] of INVALID) {
  test(`emulate is refused with the place in the file when the scenario ${when}`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await harness.write('scenario.yaml', scenario);
    await assertRefused(harness, {
      argv: ['emulate', 'scenario.yaml'],
      code: 4,
      says,
      hint: 'schemas/scenario.schema.json describes every member',
    });
  });
}
