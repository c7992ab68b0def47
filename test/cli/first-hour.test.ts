/**
 * The first hour: from an empty folder to a receipt, in an organization in which nothing is ready, with nothing but the
 * commands that rootsweep itself prints. The commands of the AWS CLI are run by the AWS CLI where there is one, and
 * otherwise by an SDK's client: the test says which.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { OrganizationsClient, UpdatePolicyCommand } from '@aws-sdk/client-organizations';
import type { AccountSpec, Scenario } from '../../src/emulator/scenario/scenario.js';
import { fastClock } from './fast-clock.js';
import { createHarness, type Harness, type Result, type RunOptions } from './harness.js';

const ORGANIZATION = 'o-exampleorgid';
const LATER = '2026-11-23T09:10:00Z';
const WITH_KEYS = ['200000000010', '200000000011'];

/** The management account and 39 others: passwords in most, old keys in two, a unit under a policy that denies root. */
const SCENARIO: Scenario = {
  organization: { id: ORGANIZATION, managementAccount: '111111111111', rootId: 'r-ab12' },
  features: { trustedAccess: false, rootCredentialsManagement: false },
  accounts: [
    { id: '111111111111', name: 'management', root: { password: true, mfaDevices: 1 } },
    ...Array.from({ length: 39 }, (_, index): AccountSpec => {
      const id = String(200_000_000_000 + index);
      const ou = index < 6 ? '/Security' : index < 14 ? '/Workloads/Prod' : '/Sandbox';
      const password = index % 3 === 0 ? {} : { root: { password: true, mfaDevices: index % 2 } };
      const keys = {
        root: { accessKeys: [{ created: '2016-05-11T00:00:00Z', lastUsed: '2017-01-01T00:00:00Z' }] },
      };
      return { id, name: `team-${index}`, ou, ...(WITH_KEYS.includes(id) ? keys : password) };
    }),
  ],
  scps: [
    {
      id: 'p-denyroot1',
      name: 'DenyRoot',
      target: '/Security',
      policy: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'DenyRootUser',
            Effect: 'Deny',
            Action: '*',
            Resource: '*',
            Condition: { StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] } },
          },
        ],
      },
    },
  ],
  faults: ['EnableAWSServiceAccess', 'EnableOrganizationsRootCredentialsManagement'].map((operation) => ({
    match: { operation },
    fault: { kind: 'delayed-visibility' as const, milliseconds: 90_000 },
  })),
};

/** The words of a command line, as a shell reads them. */
function readWords(line: string): string[] {
  const words = [...line.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)];
  return words.map(([, quoted, plain]) => quoted?.replaceAll("'\\''", "'") ?? plain ?? '');
}

/** The commands that an output tells to run, in order; of the lines of doctor, only those about what stops a plan. */
function commandsIn({ stdout, stderr }: Result): string[] {
  const lines = `${stdout}${stderr}`.split('\n');
  const commands: string[] = [];
  let mark = '';
  for (const line of lines) {
    if (/^[✓✗!?.i] /.test(line)) mark = line[0] ?? '';
    const command = /\brun: (.+)$/.exec(line)?.[1];
    const counts = line.startsWith('Next: ') || (line.startsWith('    → ') && mark === '✗');
    if (command !== undefined && counts) commands.push(command);
  }
  return commands;
}

const hasAwsCli = spawnSync('aws', ['--version']).status === 0;

/** Runs a command of the AWS CLI against the emulator. */
async function runAws(
  { emulator, server }: Harness,
  words: readonly string[],
  t: TestContext,
): Promise<void> {
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  if (hasAwsCli) {
    t.diagnostic(`by the AWS CLI: ${words.slice(0, 3).join(' ')}`);
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: server.url,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_PAGER: '',
    };
    await new Promise<void>((resolve, reject) => {
      execFile('aws', words.slice(1), { env }, (error, _stdout, stderr) =>
        error === null ? resolve() : reject(new Error(stderr)),
      );
    });
    return;
  }
  t.diagnostic(`no AWS CLI on PATH; by an SDK's client: ${words.slice(0, 3).join(' ')}`);
  const flag = (name: string) => words[words.indexOf(name) + 1];
  assert.deepEqual(words.slice(0, 3), ['aws', 'organizations', 'update-policy']);
  const client = new OrganizationsClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new UpdatePolicyCommand({ PolicyId: flag('--policy-id'), Content: flag('--content') }));
}

test('the first hour leads from an empty folder to a receipt by what rootsweep prints', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  const { emulator } = harness;
  const ran: string[] = [];

  /** Runs a command that was printed. What asks is answered as a person at a terminal would. */
  async function follow(command: string): Promise<Result> {
    const [tool = '', ...argv] = readWords(command);
    ran.push(`${tool} ${argv.slice(0, tool === 'aws' ? 2 : 1).join(' ')}`);
    if (tool === 'aws') {
      // The AWS CLI and the SDK's client sign for this moment.
      harness.setAwsTime(() => new Date());
      await runAws(harness, [tool, ...argv], t);
      return { code: 0, stdout: '', stderr: '' };
    }
    assert.equal(tool, 'rootsweep');
    const asks = ['enable', 'apply'].includes(argv[0] ?? '');
    const options: RunOptions = {
      ...(asks && { typed: ORGANIZATION }),
      // Waiting for STS takes minutes, which pass at once; what comes afterwards is later.
      ...(argv[0] === 'enable'
        ? { clock: fastClock() }
        : ran.includes('rootsweep enable')
          ? { now: LATER }
          : {}),
    };
    return harness.run(argv, options);
  }

  const next = (result: Result) => {
    const command = commandsIn(result).at(-1);
    assert.ok(command !== undefined, result.stdout + result.stderr);
    return command;
  };

  // Where the README begins.
  let result = await follow('rootsweep doctor');
  assert.equal(result.code, 3);
  const [enable, update, again, ...rest] = commandsIn(result);
  assert.deepEqual([enable, again, rest], ['rootsweep enable', 'rootsweep doctor', []]);

  result = await follow(enable ?? '');
  assert.equal(result.code, 0, result.stderr);
  await follow(update ?? '');
  result = await follow(next(result));
  assert.equal(result.code, 0, result.stdout);

  // One person, without a reviewer.
  result = await follow(`${next(result)} --alone`);
  assert.equal(result.code, 0, result.stderr);
  const plan = next(result);
  assert.equal(plan, 'rootsweep plan --policy policy.yaml --out org.plan.yaml');

  // The two old keys stop the plan, which says so. The decision is a person's: here, as the policy's comments say.
  result = await follow(plan);
  assert.equal(result.code, 3);
  assert.match(result.stdout, /Blocked: 2 findings stop this plan; it cannot be applied\./);
  assert.equal(next(result), plan);
  const policy = await harness.read('policy.yaml');
  const decided = policy
    .replace('delete: [password, mfa-device]', 'delete: [password, mfa-device, access-key]')
    .replace('access-key-present: block', 'access-key-present: warn');
  assert.notEqual(decided, policy);
  await harness.write('policy.yaml', decided);

  result = await follow(plan);
  assert.equal(result.code, 0, result.stdout + result.stderr);
  result = await follow(next(result));
  assert.equal(result.code, 0, result.stdout + result.stderr);
  result = await follow(next(result));
  assert.equal(result.code, 0, result.stderr);

  assert.deepEqual(ran, [
    'rootsweep doctor',
    'rootsweep enable',
    'aws organizations update-policy',
    'rootsweep doctor',
    'rootsweep init',
    'rootsweep plan',
    'rootsweep plan',
    'rootsweep apply',
    'rootsweep receipt',
  ]);

  // By the emulator's word: nothing is left but what the management account has.
  for (const [id, account] of Object.entries(emulator.snapshot())) {
    const left = [account.password, ...account.mfaDevices, ...account.accessKeys].filter(
      (it) => it !== undefined,
    );
    assert.equal(left.length, id === '111111111111' ? 2 : 0, id);
  }
  const receipt = await harness.read('org.receipt.yaml');
  for (const id of WITH_KEYS) assert.ok(receipt.includes(id));
});
