import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createPlanned, ORGANIZATION, type Planned } from './planned.js';
import { assertRefused } from './refused.js';

const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
callers:
  operator: {}
  tagless: { deny: ["organizations:ListTagsForResource"] }
  unitless: { deny: ["organizations:ListOrganizationalUnitsForParent"] }
accounts:
  - { id: "111111111111", name: management }
  - { id: "222222222222", name: twin }
  - { id: "333333333333", name: legacy-crm, ou: /Workloads/Prod, tags: { stage: prod } }
  - { id: "444444444444", name: twin, ou: /Workloads, root: { password: true } }
  - { id: "555555555555", name: closed, state: SUSPENDED }
`;

const POLICY = `version: 1
include:
  - ou: /Workloads/**
  - tags: { stage: sandbox, owner: ada }
exclude:
  - account: "777788889999"
    reason: break-glass
  - name: "legacy-*"
    joinedMethod: CREATED
    reason: migration running
    until: 2027-03-31
`;

const create = (t: TestContext, policy = POLICY): Promise<Planned> =>
  createPlanned(t, { scenario: SCENARIO, policy });

const EXPLAIN = (account: string, ...more: string[]) => [
  ...['explain', account, '--policy', 'policy.yaml'],
  ...more,
];

const DEFAULTS = `Not in the policy file, and so by default:
  delete    password, mfa-device
  findings  block at access-key-present, signing-certificate-present, deletion-guarded, audit-unknown, limit-exceeded, selector-unmatched of exclude
  blocking  organization
`;

test('explain names the rule that decides, where it stands, and why each other one does or does not match', async (t) => {
  const { run, calls } = await create(t);
  const { code, stdout, stderr } = await run(EXPLAIN('333333333333'));
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    `333333333333 legacy-crm  /Workloads/Prod
  excluded: exclude[1] matches: migration running, until 2027-03-31

policy.yaml:6:5  exclude[0] does not match  break-glass
    x  account  "777788889999"  the account has "333333333333"

policy.yaml:8:5  exclude[1] matches, and decides  migration running
    =  name          "legacy-*"  the account has "legacy-crm"
    =  joinedMethod  "CREATED"   the account has "CREATED"

policy.yaml:3:5  include[0] matches
    =  ou  "/Workloads/**"  the account has "/Workloads/Prod"

policy.yaml:4:5  include[1] not needed: another rule decides before tags are read
    .  tags.stage  "sandbox"  not read
    .  tags.owner  "ada"      not read

${DEFAULTS}`,
  );
  assert.deepEqual(calls().sort(), [
    'iam ListOrganizationsFeatures 111111111111',
    'organizations DescribeAccount 333333333333',
    'organizations DescribeOrganization 111111111111',
    'organizations ListOrganizationalUnitsForParent 111111111111',
    'organizations ListOrganizationalUnitsForParent 111111111111',
    'sts GetCallerIdentity 111111111111',
  ]);
});

test('explain reads the tags only where no other rule decides, and names the tag that differs', async (t) => {
  const { run, calls } = await create(t);
  const { code, stdout } = await run(EXPLAIN('222222222222'));
  assert.equal(code, 0);
  assert.match(stdout, /^222222222222 twin {2}\/\n {2}excluded: no rule of include matches\n/);
  assert.match(
    stdout,
    /include\[0\] does not match\n {4}x {2}ou {2}"\/Workloads\/\*\*" {2}the account has "\/"\n/,
  );
  assert.match(
    stdout,
    /include\[1\] does not match\n {4}x {2}tags\.stage {2}"sandbox" {2}the account has no such tag\n/,
  );
  assert.equal(calls().at(-1), 'organizations ListTagsForResource 222222222222');
});

test('explain reads neither units nor tags where no rule compares them', async (t) => {
  const { run, calls } = await create(t, 'version: 1\n');
  const { code, stdout } = await run(EXPLAIN('333333333333'));
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `333333333333 legacy-crm
  included: no rule of exclude matches, and without include every member account is included; what it holds decides the rest

The policy has no rules.

Not in the policy file, and so by default:
  include   every member account
  exclude   no account
${DEFAULTS.split('\n').slice(1).join('\n')}`,
  );
  assert.equal(calls().at(-1), 'organizations DescribeAccount 333333333333');
});

test('explain says of an exclusion that has ended that it still excludes', async (t) => {
  const { run } = await create(t);
  const { stdout } = await run(EXPLAIN('333333333333'), { now: '2027-04-01T00:00:00Z' });
  assert.match(
    stdout,
    /until 2027-03-31 \(ended: a finding, and still excluded until somebody edits the policy\)\n/,
  );
});

for (const [account, says] of [
  ['management', 'excluded: it is the management account, which comes before every rule'],
  ['closed', 'not-active: it is SUSPENDED, which comes before every rule'],
  ['legacy-crm', 'excluded: exclude[1] matches: migration running, until 2027-03-31'],
  [
    '444444444444',
    'included: include[0] matches, and no rule of exclude does; what it holds decides the rest',
  ],
] as const) {
  test(`explain ${account} says ${says}`, async (t) => {
    const { run } = await create(t);
    const { code, stdout } = await run(EXPLAIN(account));
    assert.equal(code, 0);
    assert.equal(stdout.split('\n')[1], `  ${says}`);
  });
}

for (const [caller, account, what, action] of [
  ['tagless', '222222222222', 'the tags of the account', 'organizations:ListTagsForResource'],
  [
    'unitless',
    '444444444444',
    'the names of its organizational units',
    'organizations:ListOrganizationalUnitsForParent',
  ],
] as const) {
  test(`explain says that nobody can say where AWS does not let ${what} be read`, async (t) => {
    const { run, emulator, server } = await create(t);
    const aws = {
      endpoint: server.url,
      region: 'us-east-1',
      credentials: emulator.callerCredentials(caller),
    };
    const { code, stdout } = await run(EXPLAIN(account), { aws });
    assert.equal(code, 6);
    assert.match(stdout.split('\n')[1] ?? '', /^ {2}unknown: /);
    assert.match(stdout, / unknown\n {4}\? {2}(tags\.stage|ou) .* not known\n/);
    assert.match(stdout, new RegExp(`\nUnknown: ${what}; the caller is not allowed to call ${action}: `));
  });
}

test('explain --json prints one object', async (t) => {
  const { run } = await create(t);
  const { code, stdout } = await run(EXPLAIN('333333333333', '--json'));
  assert.equal(code, 0);
  const { rules, ...rest } = JSON.parse(stdout) as { rules: object[]; scope: string; type: string };
  assert.deepEqual([rest.type, rest.scope], ['explanation', 'excluded']);
  assert.deepEqual(rules[1], {
    list: 'exclude',
    answer: 'match',
    decides: true,
    conditions: [
      { part: 'name', wanted: 'legacy-*', found: 'legacy-crm', answer: 'match' },
      { part: 'joinedMethod', wanted: 'CREATED', found: 'CREATED', answer: 'match' },
    ],
    id: 'exclude[1]',
    line: 8,
    column: 5,
    selector: { name: 'legacy-*', joinedMethod: 'CREATED' },
    reason: 'migration running',
    until: '2027-03-31',
    file: 'policy.yaml',
  });
});

test('explain --plan takes the account from the plan, calls nobody, and says whose policy it was', async (t) => {
  const planned = await create(t);
  await planned.write('policy.yaml', POLICY.replace('777788889999', '222222222222'));
  assert.equal((await planned.plan()).code, 0);
  planned.forget();
  const { code, stdout, stderr } = await planned.run(EXPLAIN('legacy-crm', '--plan', 'org.plan.yaml'));
  assert.equal(code, 0);
  assert.match(stdout, /\n {2}excluded: exclude\[1\] matches: migration running, until 2027-03-31\n/);
  assert.equal(
    stderr,
    'As "org.plan.yaml" saw the account at 2026-11-23T09:00:00Z. Signatures were not checked.\n',
  );

  await planned.write('policy.yaml', 'version: 1\nexclude: [{ tags: { stage: prod }, reason: slow }]\n');
  const other = await planned.run(EXPLAIN('legacy-crm', '--plan', 'org.plan.yaml'));
  assert.equal(other.code, 6);
  assert.match(other.stderr, /; the plan was made with another policy than this\. /);
  assert.match(other.stdout, /\nUnknown: the tags of the account; the plan does not hold them\n/);
  assert.deepEqual(planned.calls(), []);
});

test('explain is refused where the account is not there, or is one of several', async (t) => {
  const planned = await create(t);
  await planned.write('policy.yaml', POLICY.replace('777788889999', '222222222222'));
  await planned.plan();
  const asked: readonly (readonly [argv: string[], says: string, hint: string])[] = [
    [
      EXPLAIN('999999999999'),
      'the organization has no account "999999999999"',
      'check the id; to see all accounts, run: aws organizations list-accounts',
    ],
    [
      EXPLAIN('legacy-crn'),
      'the organization has no account called "legacy-crn"; did you mean "legacy-crm"?',
      'names are compared letter by letter; or pass the account id',
    ],
    [
      EXPLAIN('twin'),
      '2 accounts are called "twin": 222222222222, 444444444444',
      'pass the id of the one that you mean',
    ],
    [
      EXPLAIN('twin', '--plan', 'org.plan.yaml'),
      '2 accounts of the plan "org.plan.yaml" are called "twin": 222222222222, 444444444444',
      'pass the id of the one that you mean',
    ],
    [
      EXPLAIN('999999999999', '--plan', 'org.plan.yaml'),
      'the plan "org.plan.yaml" has no account "999999999999"',
      'pass the account id: a plan does not name accounts that hold nothing',
    ],
  ];
  for (const [argv, says, hint] of asked) {
    await assertRefused(planned, { argv, code: 1, says, hint, calls: true });
  }
});

test('explain is refused for a policy of another organization', async (t) => {
  const planned = await create(t, 'version: 1\norganization: o-otherorgid1\n');
  await assertRefused(planned, {
    argv: EXPLAIN('333333333333'),
    code: 4,
    says: /is for organization "o-otherorgid1"/,
    hint: /./,
    calls: true,
  });
});
