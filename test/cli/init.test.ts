/** `rootsweep init`, through the front door. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { parsePolicy } from '../../src/files/policy/policy.js';
import { findLive, HOSTILE } from '../views/hostile.js';
import { createHarness, type Harness, type RunOptions } from './harness.js';
import { assertRefused } from './refused.js';
import { runGit } from './repository.js';

const SCENARIO: Scenario = {
  organization: { id: 'o-exampleorgid', managementAccount: '111111111111', rootId: 'r-ab12' },
  organizationalUnits: { 'All*': { id: 'ou-ab12-11111111' } },
  delegatedAdministrators: ['222222222222'],
  callers: { operator: {}, stranger: { account: '999999999999' } },
  accounts: [
    { id: '111111111111', name: 'management' },
    { id: '222222222222', name: 'tooling', ou: '/Security' },
    { id: '333333333333', name: 'shop-prod', ou: '/Workloads/Prod', root: { password: true } },
    { id: '444444444444', name: 'shop-dev', ou: '/Workloads/Dev' },
    { id: '555555555555', name: 'log-archive', ou: '/All*' },
    { id: '666666666666', name: 'Break Glass' },
    { id: '777777777777', name: 'gone', ou: '/Workloads/Old', state: 'SUSPENDED' },
  ],
};

const FILES = [
  '.config/rootsweep/signing-key.pem',
  '.config/rootsweep/trust.yaml',
  '.gitattributes',
  '.github/workflows/rootsweep.yaml',
  'policy.yaml',
];
const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml'];

const POLICY = `# yaml-language-server: $schema=./node_modules/rootsweep/schemas/policy.schema.json
# What rootsweep may delete, and where. Review it like code.
# On 2026-11-23, organization o-exampleorgid had 7 accounts, 5 of them active members.
# The management account 111111111111 and accounts that are not active are never touched.
version: 1
organization: o-exampleorgid # any other organization is refused

# Without "include": every active member account, and those that will join.
# To begin with a part of them, take the signs off these lines, and keep those that you mean:
# include:
#   - ou: ou-ab12-11111111 # "/All*": 1 active account
#   - ou: "/Security/**" # 1 active account
#   - ou: "/Workloads/**" # 2 active accounts
#   - ou: "/Workloads/Dev/**" # 1 active account
#   - ou: "/Workloads/Prod/**" # 1 active account

# Accounts to leave alone. An exclusion wins over everything, needs a reason, and may end with "until: 2027-03-31".
exclude:
  - account: "666666666666" # "Break Glass"
    reason: its name says that it is for emergencies; say here what is to happen to it
#   - account: "222222222222" # "tooling"
#     reason: delegated administrator for IAM
#   - account: "555555555555" # "log-archive"
#     reason: its name says that it is special; say here why it is left alone

# What a plan may contain. Access keys and signing certificates are found in any case; to delete them too, add
# access-key and signing-certificate here, and set their findings below to warn. A key then goes if it was not used for
# 90 days ("guards" says how long), any other one and each certificate only if "waivers" names it.
delete: [password, mfa-device]

findings:
  access-key-present: block # something may still use it: look at its last use first
  signing-certificate-present: block
  root-used-recently: { days: 90, severity: block }

# What a blocking finding stops: the plan of the whole organization, or with "account" only its own account.
blocking: organization

# Most accounts that a plan may touch: as many as there were active members. A lower one sweeps in portions.
limits: { accounts: 5 }
expiresAfter: 72h
# One account first, then ten, then all; one failure ends it.
rollout: { waves: [1, 10, 100%], stopAfterFailures: 1 }
`;

/** Every file of the harness's folder that init writes, and nothing where it wrote none. */
async function written({ read }: Harness): Promise<Record<string, string>> {
  const found = await Promise.all(
    FILES.map(async (name) => [name, await read(name).catch(() => undefined)] as const),
  );
  return Object.fromEntries(found.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

/** The policy with the comment signs of its examples taken away. */
const uncomment = (policy: string) => policy.replace(/^# (?=(?: *- \w|include:|exclude:| {4}reason:))/gm, '');

test('init writes a policy that fits the organization, a key, a trust file, attributes and a workflow', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  const { code, stdout, stderr } = await harness.run(['init']);
  assert.equal(
    stdout,
    `A first policy for organization o-exampleorgid, of 7 accounts. Written:
  .config/rootsweep/signing-key.pem
  .config/rootsweep/trust.yaml
  .gitattributes
  .github/workflows/rootsweep.yaml
  policy.yaml
`,
  );
  assert.equal(
    stderr,
    '\nThe policy says in comments what else it can say; read it.\nA plan needs the signature of a reviewer too. To add their public key, run:\n  rootsweep trust add --from KEY.pub --name NAME --role approver\nNext: run: rootsweep plan --policy policy.yaml --out org.plan.yaml\n',
  );
  assert.equal(code, 0);
  const files = await written(harness);
  assert.deepEqual(Object.keys(files), FILES);
  assert.equal(files['policy.yaml'], POLICY);
  assert.equal(
    files['.gitattributes'],
    '# Plans, approvals and receipts are signed byte for byte: git must not change their line endings.\n*.plan.yaml -text\n*.approval.yaml -text\n*.receipt.yaml -text\n',
  );
  assert.match(files[FILES[0] ?? ''] ?? '', /^-----BEGIN PRIVATE KEY-----\n/);
  assert.match(
    files[FILES[1] ?? ''] ?? '',
    /\nthreshold: \{ planner: 1, approver: 1 \}\n# To add a reviewer, run: .+\nkeys:\n {2}- name: "planner"\n {4}publicKey: MCow\S+\n {4}roles: \[planner, operator\]\n$/,
  );
  // It opens no root session, and changes nothing at AWS.
  assert.deepEqual(
    harness.emulator.calls.filter(({ effect }) => effect !== undefined),
    [],
  );
});

test('what init writes is taken by plan at once, and its plan by apply', async (t) => {
  const { run, deletions } = await createHarness(t, SCENARIO);
  await run(['init', '--alone']);
  const planned = await run(PLAN);
  assert.equal(planned.code, 0, planned.stdout + planned.stderr);
  const applied = await run([
    'apply',
    'org.plan.yaml',
    '--policy',
    'policy.yaml',
    '--confirm',
    'o-exampleorgid',
  ]);
  assert.equal(applied.code, 0, applied.stderr);
  assert.deepEqual(deletions(), ['DeleteLoginProfile 333333333333']);
});

test('every commented example of the policy is true: without the comment signs, plan takes it and each rule matches', async (t) => {
  const { run, write } = await createHarness(t, SCENARIO);
  await run(['init']);
  const policy = uncomment(POLICY);
  assert.deepEqual(
    [parsePolicy(policy, 'policy.yaml').include.length, parsePolicy(policy, 'policy.yaml').exclude.length],
    [5, 3],
  );
  await write('policy.yaml', policy);
  const { code, stdout } = await run(PLAN);
  assert.equal(code, 0, stdout);
  assert.doesNotMatch(stdout, /selector-unmatched/);
});

test('the key that init writes is for its owner alone', { skip: process.platform === 'win32' }, async (t) => {
  const { stat } = await import('node:fs/promises');
  const { run, folder } = await createHarness(t, SCENARIO);
  await run(['init']);
  const modeOf = async (name: string) => ((await stat(join(folder, name))).mode & 0o777).toString(8);
  assert.equal(await modeOf('.config/rootsweep/signing-key.pem'), '600');
  assert.equal(await modeOf('.config/rootsweep'), '700');
});

test('init writes a plain policy for an organization without units and special accounts', async (t) => {
  const { run, read } = await createHarness(t, {
    organization: { id: 'o-exampleorgid' },
    accounts: [{ id: '222222222222', name: 'shop' }],
  });
  assert.equal((await run(['init'])).code, 0);
  const policy = await read('policy.yaml');
  assert.match(policy, /\n# include:\n# {3}- name: "sandbox-\*"\n# {3}- tags: \{ stage: sandbox \}\n/);
  assert.match(policy, /\n# exclude:\n# {3}- name: "legacy-\*"\n# {5}reason: migration running\n/);
  assert.match(policy, /\nlimits: \{ accounts: 1 \}\n/);
  assert.equal((await run(PLAN)).code, 0);
});

test('init shows a dozen units of many, and says how many more there are', async (t) => {
  const accounts = Array.from({ length: 15 }, (_, index) => ({
    id: String(200_000_000_000 + index),
    name: `audit-${index}`,
    ou: `/Unit-${index + 10}`,
  }));
  const { run, read } = await createHarness(t, { organization: { id: 'o-exampleorgid' }, accounts });
  assert.equal((await run(['init'])).code, 0);
  const policy = await read('policy.yaml');
  assert.match(policy, /"\/Unit-21\/\*\*" # 1 active account\n# \(and 3 more units\)\n/);
  assert.match(policy, /\n# \(and 3 more by name\)\n/);
  assert.equal(parsePolicy(uncomment(policy), 'policy.yaml').exclude.length, 12);
});

test('init goes on where the delegated administrators may not be read', async (t) => {
  const { run, read } = await createHarness(t, {
    ...SCENARIO,
    callers: { operator: { deny: ['organizations:ListDelegatedAdministrators'] } },
  });
  assert.equal((await run(['init'])).code, 0);
  assert.ok(!(await read('policy.yaml')).includes('222222222222'));
});

for (const [what, name] of HOSTILE) {
  test(`init writes names with ${what} inertly`, async (t) => {
    const { run, read, write } = await createHarness(t, {
      organization: { id: 'o-exampleorgid' },
      accounts: [
        {
          id: '222222222222',
          name: `break-glass ${name}`,
          ou: `/${name.replaceAll('%', '%25').replaceAll('/', '%2F')}`,
        },
        { id: '333333333333', name: `${name} audit` },
        { id: '444444444444', name, ou: `/${name.replaceAll('%', '%25').replaceAll('/', '%2F')}` },
      ],
    });
    const { code, stdout, stderr } = await run(['init']);
    assert.equal(code, 0, stderr);
    const policy = await read('policy.yaml');
    assert.deepEqual(findLive(stdout + stderr + policy), []);
    const { exclude, include } = parsePolicy(policy, 'policy.yaml');
    assert.deepEqual([include.length, exclude.length], [0, 1]);
    await write('policy.yaml', uncomment(policy));
    const planned = await run(PLAN);
    assert.equal(planned.code, 0, planned.stdout + planned.stderr);
    assert.doesNotMatch(planned.stdout, /selector-unmatched/);
  });
}

test('the workflow calls the action that the package carries, and names nothing of the organization', async (t) => {
  const { run, read } = await createHarness(t, SCENARIO);
  await run(['init', '--region', 'eu-central-1']);
  const text = await read('.github/workflows/rootsweep.yaml');
  // test/house/pipelines.test.ts judges it, and test/examples/github-actions.test.ts runs it.
  const example = readFileSync(new URL(import.meta.resolve('#examples/github-actions/plan.yml')), 'utf8');
  assert.equal(text, example.replaceAll('us-east-1', 'eu-central-1'));
  const [action] = parse(text).jobs.plan.steps.slice(-1);
  assert.equal(action.uses, './node_modules/rootsweep/examples/github-actions');
  assert.equal(action.with.region, 'eu-central-1');
  assert.ok(!text.includes('o-exampleorgid'));
});

for (const [name, make] of [
  ['policy.yaml', (path: string) => writeFile(path, '')],
  ['.github/workflows/rootsweep.yaml', (path: string) => writeFile(path, 'theirs')],
  ['policy.yaml', (path: string) => mkdir(path)],
  ['policy.yaml', (path: string) => symlink('/dev/null', path)],
] as const) {
  test(`init overwrites no ${name}, whatever it is, and writes nothing else`, async (t) => {
    const harness = await createHarness(t, SCENARIO);
    await mkdir(join(harness.folder, '.github/workflows'), { recursive: true });
    await make(join(harness.folder, name));
    await assertRefused(harness, {
      argv: ['init'],
      code: 1,
      says: `init overwrites nothing, and there is "./${name}"`,
      hint: 'move away what is no longer needed, or go on with: rootsweep plan --policy policy.yaml --out org.plan.yaml',
    });
  });
}

test('init names all that is there at once', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await harness.run(['init']);
  await assertRefused(harness, {
    argv: ['init'],
    code: 1,
    says: 'init overwrites nothing, and there are "./policy.yaml", "./.github/workflows/rootsweep.yaml", "./.config/rootsweep/signing-key.pem", "./.config/rootsweep/trust.yaml"',
    hint: 'move away what is no longer needed, or go on with: rootsweep plan --policy policy.yaml --out org.plan.yaml',
    calls: true,
  });
});

test('init --keep-key leaves the key and the trust file of another repository as they are', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await harness.run(['init']);
  const before = await written(harness);
  for (const name of FILES.slice(2)) await rm(join(harness.folder, name));
  await assertRefused(harness, {
    argv: ['init'],
    code: 1,
    says: 'init overwrites nothing, and there are "./.config/rootsweep/signing-key.pem", "./.config/rootsweep/trust.yaml"',
    hint: 'to go on with the key and the trust file that are there, run: rootsweep init --keep-key',
    calls: true,
  });
  const { code, stdout } = await harness.run(['init', '--keep-key']);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /Written:\n {2}\.gitattributes\n {2}\.github\/workflows\/rootsweep\.yaml\n {2}policy\.yaml\n$/,
  );
  assert.deepEqual(await written(harness), before);
  assert.equal((await harness.run(PLAN)).code, 0);
});

test('init leaves attributes alone that say what plans need, in whatever order', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  const attributes =
    '* text=auto\r\n*.receipt.yaml -text\r\n*.approval.yaml   -text\r\n*.plan.yaml -text\r\n';
  await harness.write('.gitattributes', attributes);
  const { code, stdout } = await harness.run(['init']);
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /gitattributes/);
  assert.equal(await harness.read('.gitattributes'), attributes);
});

test('init says how to add to attributes that do not, and changes nothing itself', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await harness.write('.gitattributes', '* text=auto\n*.plan.yaml -text\n');
  await assertRefused(harness, {
    argv: ['init'],
    code: 1,
    says: '".gitattributes" is there, and does not say what plans need',
    hint: "run: printf '%s\\n' '*.plan.yaml -text' '*.approval.yaml -text' '*.receipt.yaml -text' >> .gitattributes",
  });
});

test('init writes nothing where the last file cannot be written', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  // `.github` is no folder: the workflow comes after key, trust file and attributes.
  await harness.write('.github', '');
  await assertRefused(harness, {
    argv: ['init'],
    code: 1,
    says: 'cannot write "./.github/workflows/rootsweep.yaml": a part of its path is no folder',
    hint: 'check the path and its permissions',
    calls: true,
  });
});

test('init writes no signing key into the repository', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  await runGit(harness.folder, 'init', '--quiet');
  const { code, stderr } = await harness.run(['init']);
  assert.equal(
    stderr.replaceAll(harness.folder, '.'),
    'Error: the configuration folder "./.config/rootsweep" is in the repository "."\n  → a signing key must not be; set XDG_CONFIG_HOME to a folder elsewhere\n',
  );
  assert.equal(code, 1);
  assert.deepEqual(await written(harness), {});
});

for (const [when, scenario, options, says] of [
  [
    'root credentials management is off',
    { ...SCENARIO, features: { rootCredentialsManagement: false } },
    {},
    'centralized management of root credentials is off in this organization',
  ],
  [
    'accounts cannot be listed',
    { ...SCENARIO, callers: { operator: { deny: ['organizations:ListAccounts'] } } },
    {},
    /^the caller is not allowed to call organizations:ListAccounts: /,
  ],
  ['the name of the key is none', SCENARIO, {}, /^--name "x{101}" cannot stand in a trust file$/],
] as readonly (readonly [string, Scenario, RunOptions, string | RegExp])[]) {
  test(`init writes nothing when ${when}`, async (t: TestContext) => {
    const harness = await createHarness(t, scenario);
    await assertRefused(harness, {
      argv: when.includes('name') ? ['init', '--name', 'x'.repeat(101)] : ['init'],
      options,
      code: 1,
      says,
      hint: /./,
      calls: true,
    });
  });
}

test('init writes nothing when it is interrupted', async (t) => {
  const harness = await createHarness(t, SCENARIO);
  const stop = new AbortController();
  stop.abort();
  const { code, stderr } = await harness.run(['init'], { stop: stop.signal });
  assert.equal(stderr, 'Error: interrupted; nothing was written\n');
  assert.equal(code, 130);
  assert.deepEqual(await written(harness), {});
});

test('init --json names what it wrote', async (t) => {
  const { run, folder } = await createHarness(t, SCENARIO);
  const { code, stdout, stderr } = await run(['init', '--json']);
  assert.deepEqual(JSON.parse(stdout), {
    version: 1,
    type: 'initialized',
    organization: 'o-exampleorgid',
    accounts: 7,
    files: FILES.map((name) => join(folder, name)),
  });
  assert.deepEqual([code, stderr], [0, '']);
});

test('init follows no link that leads nowhere', async (t) => {
  const { run, folder, read } = await createHarness(t, SCENARIO);
  await symlink(join(folder, 'elsewhere'), join(folder, 'policy.yaml'));
  assert.equal((await run(['init'])).code, 1);
  await assert.rejects(read('elsewhere'), { code: 'ENOENT' });
});
