/** What `examples/aws` gives people to put into AWS: on the emulator it does what it says, and nothing less. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { findUnknownOperator } from '../../src/emulator/policy/condition.js';
import type { IamPolicyDocument } from '../../src/emulator/policy/document.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { createPlanned, ORGANIZATION } from '../cli/planned.js';
import { readBlock } from '../cli/readme.js';

const FOLDER = fileURLToPath(new URL('../../../examples/aws/', import.meta.url));
const readText = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const readPolicy = (name: string) => JSON.parse(readText(name)) as IamPolicyDocument;

test('every JSON file of examples/aws is JSON, and its README names every file', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((it) => it.includes('.'));
  for (const file of files.filter((it) => it.endsWith('.json'))) JSON.parse(readText(file));
  const readme = readText('README.md');
  const unnamed = files.filter((it) => it !== 'README.md' && !readme.includes(`\`${it}\``));
  assert.deepEqual(unnamed, []);
});

test('the IAM policies of examples/aws are those of the README', () => {
  assert.equal(readText('planner.json'), readBlock('policy: plan'));
  assert.equal(readText('operator.json'), readBlock('policy: apply'));
});

test('the witness of examples/aws may do what the planner may, and nothing else', () => {
  assert.deepEqual(readPolicy('witness.json'), readPolicy('planner.json'));
});

interface TrustPolicy {
  readonly Statement: readonly [
    {
      readonly Action: string;
      readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
    },
  ];
}

const ISSUER = 'token.actions.githubusercontent.com';
const workflow = (name: string) => `OWNER/REPOSITORY/.github/workflows/${name}@refs/heads/main`;
const TRUSTED = {
  planner: { env: 'rootsweep-plan', file: 'rootsweep.yaml', from: 'plan.yml' },
  witness: { env: 'rootsweep-witness', file: 'rootsweep.yaml', from: 'plan.yml' },
  operator: { env: 'rootsweep', file: 'rootsweep-apply.yaml', from: 'apply.yml' },
} as const;
for (const [role, { env, file, from }] of Object.entries(TRUSTED)) {
  test(`the ${role}'s role trusts ${file} in the main branch and the environment ${env}, and nothing else`, () => {
    const { Statement: statements } = JSON.parse(readText(`github-trust-${role}.json`)) as TrustPolicy;
    const [{ Action: action, Condition: condition }] = statements;
    assert.equal(statements.length, 1);
    assert.equal(action, 'sts:AssumeRoleWithWebIdentity');
    // No patterns: each value is compared as it is.
    assert.deepEqual(condition, {
      StringEquals: {
        [`${ISSUER}:aud`]: 'sts.amazonaws.com',
        [`${ISSUER}:sub`]: `repo:OWNER/REPOSITORY:environment:${env}`,
        [`${ISSUER}:job_workflow_ref`]: workflow(file),
        ...(role === 'operator' ? { [`${ISSUER}:ref`]: 'refs/heads/main' } : {}),
      },
    });
    const { jobs } = parse(readFileSync(join(FOLDER, '../github-actions', from), 'utf8')) as {
      readonly jobs: Readonly<Record<string, { readonly environment?: string }>>;
    };
    const environments = Object.values(jobs).map(({ environment }) => environment);
    assert.equal(environments.filter((it) => it === env).length, 1);
  });
}

const MEMBER = '333333333333';
const DELEGATE = '222222222222';
const POLICY = `version: 1
include: [{ ou: /Workloads/**, tags: { stage: prod } }]
delete: [access-key, password, mfa-device]
findings: { access-key-present: warn }
`;

/** The planner, who may read all that the operator may: only the condition on the task stands in the way of deleting. */
function withReads(policy: IamPolicyDocument): IamPolicyDocument {
  const { Statement: statements } = readPolicy('operator.json');
  const reads = [statements].flat().filter(({ Action }) => Action !== 'sts:AssumeRoot');
  return { ...policy, Statement: [...[policy.Statement].flat(), ...reads] };
}

/** The roles have exactly the policies; they live in the management account or in the delegated administrator. */
function scenarioOf(account: string, scp?: IamPolicyDocument): Scenario {
  return {
    organization: { id: ORGANIZATION, managementAccount: '111111111111' },
    delegatedAdministrators: [DELEGATE],
    callers: {
      operator: { account, policy: readPolicy('operator.json') },
      planner: { account, policy: readPolicy('planner.json') },
      curious: { account, policy: withReads(readPolicy('planner.json')) },
    },
    accounts: [
      { id: '111111111111' },
      { id: DELEGATE, ou: '/Security' },
      {
        id: MEMBER,
        ou: '/Workloads',
        tags: { stage: 'prod' },
        root: {
          password: true,
          mfaDevices: 1,
          accessKeys: [{ id: 'AKIAI44QH8DHBEXAMPLE', created: '2019-02-04T00:00:00Z' }],
        },
      },
    ],
    ...(scp === undefined ? {} : { scps: [{ id: 'p-exampledenial', target: '/', policy: scp }] }),
  };
}

for (const [where, account] of [
  ['the management account', '111111111111'],
  ['the delegated administrator', DELEGATE],
] as const) {
  test(`plan and apply need no more than the policies of examples/aws in ${where}, with the SCP in force`, async (t) => {
    const scenario = scenarioOf(account, readPolicy('deny-root.json'));
    const { run, plan, apply, deletions, server, emulator } = await createPlanned(t, {
      scenario,
      policy: POLICY,
    });
    const as = (name: string) => ({
      aws: { endpoint: server.url, region: 'us-east-1', credentials: emulator.callerCredentials(name) },
    });
    const argv = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
    const planned = await run(argv, as('planner'));
    assert.equal(planned.code, 0, planned.stdout + planned.stderr);

    for (const name of ['planner', 'curious']) {
      assert.equal((await apply(undefined, as(name))).code, 6, `the ${name} deletes`);
    }
    assert.deepEqual(deletions(), []);
    assert.notEqual((await plan()).code, 0, 'the operator plans');

    // Later than whatever was tried before, so that no plan is older than one of those.
    const later = { now: '2026-11-23T09:10:00Z' };
    assert.equal((await run(argv, { ...as('planner'), ...later })).code, 0);
    const applied = await apply(undefined, later);
    assert.equal(applied.code, 0, applied.stdout + applied.stderr);
    assert.deepEqual(deletions(), [
      `DeleteAccessKey ${MEMBER}`,
      `DeleteLoginProfile ${MEMBER}`,
      `DeactivateMFADevice ${MEMBER}`,
    ]);
  });
}

const READS = readPolicy('operator.json').Statement as readonly {
  readonly Action: string | readonly string[];
}[];
for (const taken of READS.flatMap(({ Action }) => Action)) {
  test(`apply deletes nothing without ${taken}`, async (t) => {
    const without = JSON.parse(readText('operator.json').replaceAll(`"${taken}"`, '"iam:Nothing"'));
    const scenario = scenarioOf('111111111111');
    const { run, apply, deletions, server, emulator } = await createPlanned(t, {
      scenario: {
        ...scenario,
        callers: { ...scenario.callers, less: { account: '111111111111', policy: without } },
      },
      policy: POLICY,
    });
    const as = (name: string) => ({
      aws: { endpoint: server.url, region: 'us-east-1', credentials: emulator.callerCredentials(name) },
    });
    const argv = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
    assert.equal((await run(argv, as('planner'))).code, 0);
    const { code, stdout, stderr } = await apply(undefined, as('less'));
    assert.ok(code === 1 || code === 6, `${code} ${stdout}${stderr}`);
    assert.deepEqual(deletions(), []);
  });
}

test('the witness of examples/aws can witness, and cannot delete', async (t) => {
  const scenario = scenarioOf('111111111111');
  const witness = { account: '111111111111', policy: readPolicy('witness.json') };
  const { run, apply, deletions, server, emulator, read, write } = await createPlanned(t, {
    scenario: { ...scenario, callers: { ...scenario.callers, witness } },
    policy: POLICY,
  });
  const as = (name: string) => ({
    aws: { endpoint: server.url, region: 'us-east-1', credentials: emulator.callerCredentials(name) },
  });
  const { stdout: entry } = await run([
    ...['keygen', '--out', 'witness.pem', '--name', 'witness', '--role', 'witness', '--quiet'],
  ]);
  await write('trust.yaml', `${await read('trust.yaml')}${entry}`);
  const argv = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
  assert.equal((await run(argv, as('planner'))).code, 0);
  const files = ['org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'];
  const signed = await run(['witness', ...files, '--key', 'witness.pem', '--detached'], as('witness'));
  assert.equal(signed.code, 0, signed.stdout + signed.stderr);
  assert.notEqual((await apply(undefined, as('witness'))).code, 0);
  assert.deepEqual(deletions(), []);
});

test('without its exemption the SCP of examples/aws makes accounts unknown', async (t) => {
  const whole = readPolicy('deny-root.json');
  assert.equal(findUnknownOperator(whole), undefined);
  const strict = JSON.parse(
    JSON.stringify(whole).replace(',"Null":{"aws:AssumedRoot":"true"}', ''),
  ) as IamPolicyDocument;
  assert.notDeepEqual(strict, whole);
  const { run, server, emulator } = await createPlanned(t, {
    scenario: scenarioOf('111111111111', strict),
    policy: POLICY,
  });
  const credentials = emulator.callerCredentials('planner');
  const { code, stdout } = await run(
    ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'],
    { aws: { endpoint: server.url, region: 'us-east-1', credentials } },
  );
  assert.equal(code, 3);
  assert.match(stdout, /audit-unknown: The audit failed: .*explicit deny in a service control policy/);
});

type Pattern = { readonly [key: string]: Pattern | readonly (string | { readonly exists: boolean })[] };
type Event = { readonly [key: string]: unknown };

/** EventBridge's matching, as far as the patterns use it: values, and whether there is one. */
function matches(pattern: Pattern, event: Event | undefined): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = event?.[key];
    if (!Array.isArray(wanted)) return matches(wanted as Pattern, value as Event | undefined);
    return wanted.some((it) => (typeof it === 'string' ? it === value : it.exists === (value !== undefined)));
  });
}

/** As CloudTrail records them. */
const USER = { type: 'Root', accountId: MEMBER, arn: `arn:aws:iam::${MEMBER}:root` };
const EVENTS = {
  'root-user': { eventName: 'ConsoleLogin', userIdentity: USER },
  'root-user with a session': {
    eventName: 'CreateUser',
    userIdentity: { ...USER, sessionContext: { attributes: { mfaAuthenticated: 'true' } } },
  },
  'root-session': {
    eventSource: 'iam.amazonaws.com',
    eventName: 'DeleteLoginProfile',
    userIdentity: {
      ...USER,
      sessionContext: { attributes: { mfaAuthenticated: 'false' }, assumedRoot: 'true' },
    },
  },
  'assume-root': {
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRoot',
    userIdentity: { type: 'AssumedRole' },
  },
  'a user': { eventName: 'ListBuckets', userIdentity: { type: 'IAMUser' } },
};
const PATTERNS: readonly [file: string, matched: readonly string[]][] = [
  ['eventbridge-root-user.json', ['root-user', 'root-user with a session']],
  ['eventbridge-root-session.json', ['root-session']],
  ['eventbridge-assume-root.json', ['assume-root']],
];
for (const [file, matched] of PATTERNS) {
  test(`${file} matches ${matched.join(' and ')}, and nothing else`, () => {
    const pattern = JSON.parse(readText(file)) as Pattern;
    const found = Object.entries(EVENTS)
      .filter(([, detail]) => matches(pattern, { detail }))
      .map(([name]) => name);
    assert.deepEqual(found, matched);
  });
}

test('delegated-administrator.sh is a shell script, and wants an account', () => {
  const path = join(FOLDER, 'delegated-administrator.sh');
  assert.equal(spawnSync('sh', ['-n', path]).status, 0);
  const { status, stderr } = spawnSync('sh', [path], { encoding: 'utf8', env: { PATH: process.env.PATH } });
  assert.notEqual(status, 0);
  assert.match(stderr, /usage: sh delegated-administrator\.sh ACCOUNT-ID/);
});

const hasTerraform = spawnSync('terraform', ['version']).status === 0;

test('terraform takes the format of terraform/main.tf', {
  skip: !hasTerraform && 'no terraform here',
}, () => {
  const { status, stdout } = spawnSync('terraform', ['fmt', '-check', '-diff', join(FOLDER, 'terraform')], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});

const WANTED = process.env.TERRAFORM_VALIDATE === '1';
const WHY = hasTerraform
  ? 'it downloads a provider; to do it: TERRAFORM_VALIDATE=1 npm test'
  : 'no terraform here';
test('terraform validates terraform/main.tf', { skip: !(hasTerraform && WANTED) && WHY }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-terraform-'));
  try {
    cpSync(FOLDER, folder, { recursive: true });
    for (const argv of [['init', '-backend=false', '-input=false'], ['validate']]) {
      const { status, stdout, stderr } = spawnSync('terraform', argv, {
        cwd: join(folder, 'terraform'),
        encoding: 'utf8',
      });
      assert.equal(status, 0, stdout + stderr);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
