/** Service control policies in `rootsweep doctor`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentStatement, IamPolicyDocument } from '../../src/emulator/policy/document.js';
import type { AccountSpec, Scenario } from '../../src/emulator/scenario/scenario.js';
import { findLive, HOSTILE } from '../views/hostile.js';
import { createHarness } from './harness.js';

const deny = (statement: Partial<DocumentStatement>): IamPolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Sid: 'NoRoot', Effect: 'Deny', Action: '*', Resource: '*', ...statement }],
});
const ROOT = { StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] } };
const DENY_ROOT = deny({ Condition: ROOT });

function scenario(
  scps: Scenario['scps'],
  accounts: readonly AccountSpec[] = [
    { id: '222222222222', name: 'security' },
    { id: '333333333333', name: 'shop', ou: '/Workloads/Prod' },
    { id: '444444444444', name: 'blog', ou: '/Workloads' },
    { id: '555555555555', name: 'gone', ou: '/Workloads', state: 'SUSPENDED' },
  ],
): Scenario {
  return {
    organization: { id: 'o-exampleorgid', managementAccount: '111111111111', rootId: 'r-ab12' },
    features: { rootSessions: true },
    organizationalUnits: {
      Workloads: { id: 'ou-ab12-11111111', units: { Prod: { id: 'ou-ab12-22222222' } } },
    },
    accounts,
    scps: scps ?? [],
  };
}

/** The lines about policies and sessions, and the sum. */
function tail(stdout: string): string {
  const lines = stdout.split('\n');
  const start = lines.findIndex((line) => line.includes(' service control policies '));
  return lines
    .slice(start)
    .filter((line) => !line.includes(' root activity '))
    .join('\n');
}

const CORRECTED = `    What it would have to say:
      {
        "Sid": "NoRoot",
        "Effect": "Deny",
        "Action": "*",
        "Resource": "*",
        "Condition": {
          "StringLike": {
            "aws:PrincipalArn": [
              "arn:aws:iam::*:root"
            ]
          },
          "Null": {
            "aws:AssumedRoot": "true"
          }
        }
      }
    → exempt root sessions; in the management account run: aws organizations update-policy --policy-id p-denyroot1 --content '{"Version":"2012-10-17","Statement":[{"Sid":"NoRoot","Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalArn":["arn:aws:iam::*:root"]},"Null":{"aws:AssumedRoot":"true"}}}]}'
`;

test('doctor names a policy that denies root sessions, the accounts below it, and the corrected statement', async (t) => {
  const { run } = await createHarness(
    t,
    scenario([
      {
        id: 'p-harmless1',
        name: 'NoLeaving',
        target: '/',
        policy: deny({ Action: 'organizations:LeaveOrganization' }),
      },
      { id: 'p-denyroot1', name: 'DenyRoot', target: '/Workloads', policy: DENY_ROOT },
    ]),
  );
  const { code, stdout } = await run(['doctor']);
  assert.equal(
    tail(stdout),
    `✗ service control policies     policy "DenyRoot" (p-denyroot1) denies root sessions in 2 accounts
      333333333333 shop
      444444444444 blog
${CORRECTED}✓ session to audit             opened in 222222222222 security, and read from
✓ session to delete            opened in 222222222222 security, and read from

Doctor: 11 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 0 not checked.
`,
  );
  assert.equal(code, 3);
});

test('doctor shows what such a policy does where it is everywhere, or where the account was named', async (t) => {
  const { run } = await createHarness(
    t,
    scenario([{ id: 'p-denyroot1', name: 'DenyRoot', target: '/', policy: DENY_ROOT }]),
  );
  const { code, stdout } = await run(['doctor', '--account', '333333333333']);
  const denied = (operation: string, resource: string) =>
    `${operation} failed: AccessDenied: User: arn:aws:iam::333333333333:root is not authorized to perform: iam:${operation} on resource: ${resource} with an explicit deny in a service control policy: arn:aws:organizations::111111111111:policy/o-exampleorgid/service_control_policy/p-denyroot1
    → exempt root sessions from that service control policy
`;
  assert.equal(
    tail(stdout),
    `✗ service control policies     policy "DenyRoot" (p-denyroot1) denies root sessions in 3 accounts
      222222222222 security
      333333333333 shop
      444444444444 blog
${CORRECTED}✗ session to audit             ${denied('GetAccountSummary', '*')}! session to delete            ${denied('GetUser', 'arn:aws:iam::333333333333:root')}
Doctor: 9 fine, 2 findings stop a plan, 1 stops something else, 0 unknown, 0 not checked.
`,
  );
  assert.equal(code, 3);
});

test('doctor finds nothing in a policy that exempts root sessions, or that is above no active member', async (t) => {
  const { run } = await createHarness(
    t,
    scenario([
      { target: '/', policy: deny({ Condition: { ...ROOT, Null: { 'aws:AssumedRoot': 'true' } } }) },
      { target: '555555555555', policy: DENY_ROOT },
    ]),
  );
  const { code, stdout } = await run(['doctor']);
  assert.match(stdout, /\n✓ service control policies +2 read, none denies root sessions\n/);
  assert.equal(code, 0);
});

test('doctor tells a policy that denies only the deletions: it stops no plan', async (t) => {
  const { run } = await createHarness(
    t,
    scenario([
      { id: 'p-nodelete', target: '444444444444', policy: deny({ Action: 'iam:DeleteLoginProfile' }) },
    ]),
  );
  const { code, stdout } = await run(['doctor']);
  assert.match(
    stdout,
    /\n! service control policies +policy "p-nodelete" \(p-nodelete\) denies the deletions of root sessions in 1 account\n {6}444444444444 blog\n/,
  );
  assert.match(stdout, /Doctor: 11 fine, 0 findings stop a plan, 1 stops something else, 0 unknown/);
  assert.equal(code, 0);
});

test('doctor does not guess where a condition depends on the request', async (t) => {
  const { run } = await createHarness(
    t,
    scenario([
      {
        id: 'p-maydeny1',
        target: '/Workloads',
        policy: deny({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
      },
    ]),
  );
  const { code, stdout } = await run(['doctor']);
  assert.match(
    stdout,
    /\n\? service control policies +unknown: policy "p-maydeny1" \(p-maydeny1\) may deny root sessions in 2 accounts: it has a condition that depends on the request\n {4}→ try it in one of them run: rootsweep doctor --account 333333333333\n/,
  );
  assert.equal(code, 1);
});

for (const operation of ['DescribePolicy', 'ListTargetsForPolicy']) {
  test(`doctor tells a policy as unknown where ${operation} is denied, and looks at the others`, async (t) => {
    const { run } = await createHarness(t, {
      ...scenario([
        { id: 'p-denyroot1', target: '/', policy: DENY_ROOT },
        { id: 'p-denyroot2', target: '/Workloads', policy: DENY_ROOT },
      ]),
      faults: [
        {
          match: { operation, nth: 1 },
          fault: { kind: 'access-denied', message: "You don't have permissions" },
        },
      ],
    });
    const { code, stdout } = await run(['doctor']);
    assert.match(
      stdout,
      new RegExp(
        `\\n\\? service control policies +unknown: the caller is not allowed to call organizations:${operation}: You don't have permissions\\n`,
      ),
    );
    assert.match(stdout, /\n✗ service control policies +policy "p-denyroot2"/);
    assert.equal(code, 3);
  });
}

test('doctor names ten accounts of many, and --json all', async (t) => {
  const accounts = Array.from({ length: 12 }, (_, index) => ({
    id: `2000000000${String(index + 10)}`,
    name: `many-${index}`,
  }));
  const { run } = await createHarness(
    t,
    scenario([{ id: 'p-denyroot1', target: '/', policy: DENY_ROOT }], accounts),
  );
  const { stdout } = await run(['doctor']);
  assert.match(stdout, /\n {6}200000000019 many-9\n {6}and 2 more\n {4}What it would/);
  const json = await run(['doctor', '--json']);
  const objects = json.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const finding = objects.find(({ name }) => name === 'service-control-policies');
  assert.equal(finding.policy.accounts.length, 12);
  assert.deepEqual(finding.stops, ['plan', 'apply']);
  assert.equal(finding.policy.id, 'p-denyroot1');
});

test('doctor takes page after page of policies and targets, empty ones too', async (t) => {
  const scps = Array.from({ length: 5 }, (_, index) => ({
    id: `p-denyroot${index}`,
    target: '/',
    policy: DENY_ROOT,
  }));
  const { run } = await createHarness(t, {
    ...scenario([...scps, { id: 'p-denyroot0', target: '/Workloads', policy: DENY_ROOT }]),
    paging: { size: 1, emptyPages: 1 },
  });
  const { stdout } = await run(['doctor']);
  assert.equal(stdout.match(/denies root sessions in 3 accounts/g)?.length, 5);
});

for (const [what, name] of HOSTILE) {
  test(`doctor shows a policy and an account called by ${what} inertly`, async (t) => {
    const { run } = await createHarness(
      t,
      scenario(
        [{ id: 'p-denyroot1', name, target: '/', policy: deny({ Sid: name, Condition: ROOT }) }],
        [{ id: '222222222222', name }],
      ),
    );
    for (const argv of [['doctor'], ['doctor', '--json']]) {
      const { code, stdout, stderr } = await run(argv);
      assert.equal(code, 3);
      assert.deepEqual(findLive(stdout + stderr), []);
    }
  });
}
