/** Several organizations, each an emulator of its own, as a process that finds its profiles in the AWS configuration. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createHarness, type Harness, type Result } from './harness.js';
import { createPlanned, type Planned } from './planned.js';
import { assertRefused } from './refused.js';
import { runGit } from './repository.js';
import { BIN } from './spawned.js';

const ONE = 'o-exampleorgid';
const TWO = 'o-anotherorg01';
const scenario = (id: string, management: string, seed: number, member: string) => `
seed: ${seed}
organization: { id: ${id}, managementAccount: "${management}" }
accounts:
  - { id: "${management}", name: management }
  - { id: "${member}", name: shop, root: { password: { created: 2019-02-04T00:00:00Z } } }
`;
const LIST = `version: 1
organizations:
  - { name: first, organization: ${ONE}, profile: first, policy: policy.yaml, plan: first.plan.yaml }
  - { name: second, organization: ${TWO}, profile: second, policy: second.yaml, plan: second.plan.yaml }
`;
const TRUSTED = ['--trust', 'trust.yaml'];

/**
 * Stands where AWS stands: whose credentials sign a request decides which organization it reaches. Credentials of nobody
 * reach none.
 */
async function openAws(t: TestContext, harnesses: readonly Harness[]): Promise<string> {
  const server = createServer((request, response) => {
    const [, key = ''] = /Credential=(\w+)\//.exec(request.headers.authorization ?? '') ?? [];
    const target = harnesses.find(({ emulator }) => emulator.callerCredentials().accessKeyId === key);
    const session = key.startsWith('ASIA') ? sessionOwner(harnesses, key) : undefined;
    const to = target ?? session;
    if (to === undefined) {
      response.writeHead(500).end();
      return;
    }
    const { method, url, headers } = request;
    const forwarded = forward(new URL(to.server.url), { method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The organization that issued a root session. */
function sessionOwner(harnesses: readonly Harness[], key: string): Harness | undefined {
  return harnesses.find(({ emulator }) => JSON.stringify(emulator.calls).includes(key));
}

interface Two {
  readonly first: Planned;
  readonly second: Harness;
  readonly run: (...argv: string[]) => Promise<Result>;
}

async function createTwo(t: TestContext): Promise<Two> {
  const first = await createPlanned(t, {
    scenario: scenario(ONE, '111111111111', 1, '333333333333'),
    policy: `version: 1\norganization: ${ONE}\n`,
  });
  const second = await createHarness(t, scenario(TWO, '999999999999', 2, '888888888888'));
  await first.write('second.yaml', `version: 1\norganization: ${TWO}\n`);
  await first.write('organizations.yaml', LIST);
  const endpoint = await openAws(t, [first, second]);
  const sections = Object.entries({ first, second }).map(([profile, { emulator }]) => {
    const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
    return `[profile ${profile}]\nregion = us-east-1\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  });
  await first.write('aws-config', sections.join('\n'));
  // A process of its own has the true time, and so must AWS.
  for (const { setAwsTime } of [first, second]) setAwsTime(() => new Date());
  const run = async (...argv: string[]): Promise<Result> => {
    const child = spawn(process.execPath, [BIN, ...argv], {
      cwd: first.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: first.folder,
        AWS_ENDPOINT_URL: endpoint,
        AWS_CONFIG_FILE: join(first.folder, 'aws-config'),
        AWS_SHARED_CREDENTIALS_FILE: join(first.folder, 'none'),
        // Of neither: a profile counts for more.
        AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'no-secret-of-anybody',
      },
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    }
    const [code] = (await once(child, 'close')) as [number];
    return { code, ...texts };
  };
  return { first, second, run };
}

const PLAN = ['plan', '--organizations', 'organizations.yaml', '--key', 'key.pem'];
const APPLY = ['apply', '--organizations', 'organizations.yaml', ...TRUSTED];
const CONFIRMED = [...APPLY, '--confirm', ONE, '--confirm', TWO];
const ACCOUNTS = { first: ['111111111111', '333333333333'], second: ['888888888888', '999999999999'] };

/** What reached each of them was signed by its own caller, and about its own accounts. */
function assertApart({ first, second }: Two): void {
  for (const [name, { emulator }] of Object.entries({ first, second })) {
    assert.ok(emulator.calls.length > 0, `${name} was not called`);
    const accounts = emulator.calls.flatMap(({ account }) => account ?? []);
    assert.deepEqual([...new Set(accounts)].sort(), ACCOUNTS[name as keyof typeof ACCOUNTS]);
    assert.deepEqual(
      emulator.calls.filter(({ status }) => status === 403),
      [],
    );
  }
}

test('plan and apply work on each organization with its own profile, and on no account of another', async (t) => {
  const two = await createTwo(t);
  const planned = await two.run(...PLAN);
  assert.equal(planned.code, 0, planned.stderr);
  assertApart(two);
  assert.deepEqual(planned.stdout.split('\n').slice(-5), [
    'All organizations:',
    `  first   ${ONE}  exit code 0  done`.replace('  first ', '    first '),
    `  second  ${TWO}  exit code 0  done`.replace('  second ', '    second '),
    'The worst of them is the exit code of all: 0.',
    '',
  ]);
  for (const { emulator } of [two.first, two.second]) emulator.resetCalls();
  const applied = await two.run(...CONFIRMED);
  assert.equal(applied.code, 0, applied.stderr);
  assertApart(two);
  assert.deepEqual(two.first.deletions(), ['DeleteLoginProfile 333333333333']);
  assert.deepEqual(two.second.deletions(), ['DeleteLoginProfile 888888888888']);
});

test('plan --json tells which lines are of which organization, and one report of all', async (t) => {
  const { run } = await createTwo(t);
  const { stdout } = await run(...PLAN, '--json', '--detailed-exitcode');
  const told = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    told.map(({ type, name, exitCode }) => [type, name, exitCode].filter((it) => it !== undefined)),
    [
      ['organization-started', 'first'],
      ['plan-written'],
      ['organization-ended', 'first', 2],
      ['organization-started', 'second'],
      ['plan-written'],
      ['organization-ended', 'second', 2],
      ['organizations', 2],
    ],
  );
});

test('an organization that fails hides no other, and its exit code is that of all', async (t) => {
  const { first, second, run } = await createTwo(t);
  first.emulator.setFaults([
    { match: { operation: 'DescribeOrganization' }, fault: { kind: 'access-denied', message: 'denied' } },
  ]);
  const planned = await run(...PLAN);
  assert.equal(planned.code, 1, planned.stdout);
  assert.match(planned.stdout, /\n +first +o-exampleorgid +exit code 1 +could not do its job\n/);
  assert.match(planned.stdout, /\n +second +o-anotherorg01 +exit code 0 +done\n/);
  assert.deepEqual(
    readdirSync(first.folder).filter((it) => it.endsWith('.plan.yaml')),
    ['second.plan.yaml'],
  );
  const applied = await run(...CONFIRMED);
  assert.equal(applied.code, 1);
  assert.deepEqual(second.deletions(), ['DeleteLoginProfile 888888888888']);
});

test('apply deletes nothing in an organization that --confirm does not name', async (t) => {
  const { first, second, run } = await createTwo(t);
  await run(...PLAN);
  const { code, stderr } = await run(...APPLY, '--confirm', TWO);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /apply asks before it deletes, and there is no terminal to ask at\n {2}→ pass --confirm o-exampleorgid\n/,
  );
  assert.deepEqual(first.deletions(), []);
  assert.deepEqual(second.deletions(), ['DeleteLoginProfile 888888888888']);
});

test('--trust, --confirm-trust and --key hold for every organization', async (t) => {
  const { first, second, run } = await createTwo(t);
  const planned = await run(...PLAN);
  assert.equal(planned.code, 0, planned.stderr);
  await runGit(first.folder, 'init', '--quiet', '--initial-branch=main');
  const deletions = () => [...first.deletions(), ...second.deletions()];

  const refused = await run(...CONFIRMED);
  assert.equal(refused.code, 4);
  assert.equal(refused.stderr.match(/the trust file "trust\.yaml" is in the repository of /g)?.length, 2);
  assert.deepEqual(deletions(), []);

  const sha256 = createHash('sha256')
    .update(await first.read('trust.yaml'))
    .digest('hex');
  const applied = await run(...CONFIRMED, '--confirm-trust', sha256);
  assert.equal(applied.code, 0, applied.stderr);
  assert.deepEqual(deletions(), ['DeleteLoginProfile 333333333333', 'DeleteLoginProfile 888888888888']);
});

test('credentials of another organization than the policy is for are refused', async (t) => {
  const { first, second, run } = await createTwo(t);
  const swapped = LIST.replace('profile: first', 'profile: x')
    .replace('profile: second', 'profile: first')
    .replace('profile: x', 'profile: second');
  await first.write('organizations.yaml', swapped);
  const { code, stderr } = await run(...PLAN);
  assert.equal(code, 4);
  assert.match(
    stderr,
    /the policy "\.\/policy\.yaml" is for organization "o-exampleorgid", the credentials are for "o-anotherorg01"/,
  );
  assert.deepEqual(
    [...first.calls(), ...second.calls()].filter((it) => it.includes('AssumeRoot')),
    [],
  );
});

const ASKED = ['--organizations', 'organizations.yaml'];
const REFUSALS = [
  {
    what: 'a policy that is not pinned',
    argv: ['plan', ...ASKED],
    policy: 'version: 1\n',
    code: 4,
    says: `the policy "./policy.yaml" of "first" is pinned to none, and must be to "${ONE}"`,
    hint: `write into it: organization: ${ONE}`,
  },
  {
    what: 'a policy that is pinned to another organization',
    argv: ['apply', ...ASKED],
    policy: `version: 1\norganization: ${TWO}\n`,
    code: 4,
    says: `the policy "./policy.yaml" of "first" is pinned to "${TWO}", and must be to "${ONE}"`,
    hint: `write into it: organization: ${ONE}`,
  },
  ...[
    ['plan', '--policy', 'policy.yaml'],
    ['plan', '--profile', 'first'],
    ['apply', '--only', '333333333333'],
  ].map(([command = '', flag = '', value = '']) => ({
    what: `${command} ${flag}`,
    argv: [command, ...ASKED, flag, value],
    policy: `version: 1\norganization: ${ONE}\n`,
    code: 1,
    says: `${flag} is about one organization, and --organizations about several`,
    hint: 'leave one of them out; see schemas/organizations.schema.json',
  })),
  {
    what: 'a file that is not there',
    argv: ['plan', '--organizations', 'none.yaml'],
    policy: `version: 1\norganization: ${ONE}\n`,
    code: 1,
    says: 'cannot read the list of organizations "./none.yaml": there is no such file',
    hint: 'check the path',
  },
];
for (const { what, argv, policy, ...refusal } of REFUSALS) {
  test(`--organizations refuses ${what}, and calls nobody`, async (t) => {
    const { first } = await createTwo(t);
    await first.write('policy.yaml', policy);
    await assertRefused(first, { argv, ...refusal });
  });
}

const LEADING_OUT: readonly (readonly [
  what: string,
  plan: string,
  links: readonly (readonly [to: string, name: string])[],
])[] = [
  ['a link to a plan elsewhere', 'first.plan.yaml', [['OUTSIDE/org.plan.yaml', 'first.plan.yaml']]],
  ['a folder that is a link', 'plans/org.plan.yaml', [['OUTSIDE', 'plans']]],
  ['a folder that is a link, and a file that is not there', 'plans/new.plan.yaml', [['OUTSIDE', 'plans']]],
  ['a folder that is a link, and folders that are not there', 'plans/a/b.plan.yaml', [['OUTSIDE', 'plans']]],
  [
    'links that lead to each other',
    'first.plan.yaml',
    [
      ['two', 'first.plan.yaml'],
      ['first.plan.yaml', 'two'],
    ],
  ],
  ['a link to no file', 'first.plan.yaml', [['OUTSIDE/none', 'first.plan.yaml']]],
  ['the folder itself', 'plans', [['.', 'plans']]],
];
for (const [what, plan, links] of LEADING_OUT) {
  for (const argv of [PLAN, CONFIRMED]) {
    test(`${argv[0]} --organizations refuses a plan that leads out of the folder: ${what}`, async (t) => {
      const { first } = await createTwo(t);
      const outside = await mkdtemp(join(tmpdir(), 'rootsweep-outside-'));
      t.after(() => rm(outside, { recursive: true }));
      const precious = join(outside, 'org.plan.yaml');
      await first.plan();
      await writeFile(precious, await first.read('org.plan.yaml'));
      first.forget();
      for (const [to, name] of links) await symlink(to.replace('OUTSIDE', outside), join(first.folder, name));
      await first.write('organizations.yaml', LIST.replace('first.plan.yaml', plan));
      await assertRefused(first, {
        argv,
        code: 4,
        says: `the plan "./${plan}" of "first" leads out of the folder of "organizations.yaml"`,
        hint: 'remove the link, or name a file in that folder',
      });
      assert.deepEqual(readdirSync(outside), ['org.plan.yaml']);
      assert.equal(await readFile(precious, 'utf8'), await first.read('org.plan.yaml'));
    });
  }
}

test('--organizations refuses two plans in one file, under whatever names', async (t) => {
  const { first } = await createTwo(t);
  await symlink('.', join(first.folder, 'here'));
  for (const plan of ['./first.plan.yaml', 'here/first.plan.yaml']) {
    await first.write('organizations.yaml', LIST.replace('second.plan.yaml', plan));
    await assertRefused(first, {
      argv: PLAN,
      code: 4,
      says: `the plan "./${plan.replace('./', '')}" of "second" is the file that the plan of "first" is in`,
      hint: 'give each a file of its own',
    });
  }
});

test('plan --organizations takes the place of no file but a plan, and follows links within its folder', async (t) => {
  const { first, run } = await createTwo(t);
  await first.write('first.plan.yaml', 'precious\n');
  await mkdir(join(first.folder, 'real'));
  await symlink('real', join(first.folder, 'plans'));
  await first.write('organizations.yaml', LIST.replace('second.plan.yaml', 'plans/second.plan.yaml'));
  const { code, stderr } = await run(...PLAN);
  assert.equal(code, 1);
  assert.match(stderr, /cannot write "[^"\n]+\/first\.plan\.yaml": it exists, and is no plan\n/);
  assert.equal(await first.read('first.plan.yaml'), 'precious\n');
  assert.match(await first.read('real/second.plan.yaml'), /^version: 1\nid: /);
});

test('after Ctrl-C no further organization is started', async (t) => {
  const { first } = await createTwo(t);
  const stop = new AbortController();
  stop.abort();
  const { code, stdout } = await first.run(PLAN, { stop: stop.signal });
  assert.equal(code, 130);
  assert.match(stdout, /\n +first .* not started\n +second .* not started\n/);
  assert.deepEqual(first.calls(), []);
});
