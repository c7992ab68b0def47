/** `rootsweep doctor`: one test for each condition, with the emulator set so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DocumentStatement } from '../../src/emulator/policy/document.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { cleanEnvironment } from './clean-environment.js';
import { createHarness, type Harness, type Result, type RunOptions } from './harness.js';
import { readBlock } from './readme.js';

const AWS = fileURLToPath(new URL('../../../examples/aws/', import.meta.url));

const HEALTHY: Scenario = {
  organization: { id: 'o-exampleorgid', managementAccount: '111111111111', rootId: 'r-ab12' },
  features: { rootSessions: true },
  organizationalUnits: { Workloads: { id: 'ou-ab12-11111111' } },
  delegatedAdministrators: ['222222222222'],
  callers: {
    operator: {},
    delegate: { account: '222222222222' },
    member: { account: '333333333333' },
    stranger: { account: '999999999999' },
  },
  accounts: [
    { id: '111111111111', name: 'management', root: { password: true } },
    { id: '222222222222', name: 'security' },
    { id: '333333333333', name: 'shop', ou: '/Workloads', root: { password: true, accessKeys: 1 } },
    { id: '444444444444', name: 'closed', state: 'SUSPENDED' },
  ],
};

const LINES = {
  region: '✓ region                       us-east-1',
  credentials: '✓ credentials                  arn:aws:iam::111111111111:user/operator',
  clock: "✓ clock                        within five minutes of AWS's",
  organization:
    '✓ organization                 o-exampleorgid with all features, management account 111111111111',
  caller: "✓ caller's account             111111111111, the management account",
  trust: '✓ trusted access               on for iam.amazonaws.com',
  management: '✓ root credentials management  on',
  sessions: '✓ root sessions feature        on',
  accounts: '✓ accounts                     4 accounts, 2 of them active members',
  policies: '✓ service control policies     none but those of AWS',
  audit: '✓ session to audit             opened in 222222222222 security, and read from',
  delete: '✓ session to delete            opened in 222222222222 security, and read from',
  activity:
    'i root activity                each look at an account is root activity to your alarms; CloudTrail\'s events of root sessions match { $.userIdentity.sessionContext.assumedRoot = "true" }',
};

type Line = keyof typeof LINES;

const NAMES: Readonly<Record<Line, string>> = {
  region: 'region',
  credentials: 'credentials',
  clock: 'clock',
  organization: 'organization',
  caller: "caller's account",
  trust: 'trusted access',
  management: 'root credentials management',
  sessions: 'root sessions feature',
  accounts: 'accounts',
  policies: 'service control policies',
  audit: 'session to audit',
  delete: 'session to delete',
  activity: 'root activity',
};

const ORDER = Object.keys(LINES) as Line[];

/** What is printed where all is well but for these lines. */
function report(verdict: string, changed: Partial<Record<Line, string | readonly string[]>>): string {
  const lines = ORDER.flatMap((name) => changed[name] ?? LINES[name]);
  return [...lines, '', `Doctor: ${verdict}.`, ''].join('\n');
}

/** The lines of what is not checked, from one on. */
function unchecked(because: Line, names: readonly Line[]): Partial<Record<Line, string>> {
  const line = (name: Line) => `. ${NAMES[name].padEnd(29)}not checked, because of: ${NAMES[because]}`;
  return Object.fromEntries(names.map((name) => [name, line(name)]));
}

const after = (name: Line) => ORDER.slice(ORDER.indexOf(name) + 1, -1);
const AGAIN = '\nNext: do what is said above, then run: rootsweep doctor\n';
const AGAIN_RUN = '\nNext: run the commands above, then run: rootsweep doctor\n';
const INIT = '\nNext: run: rootsweep init\n';

async function examine(
  t: TestContext,
  scenario: Scenario,
  caller = 'operator',
  argv: readonly string[] = [],
  options: RunOptions = {},
): Promise<Result & { readonly harness: Harness }> {
  const harness = await createHarness(t, scenario);
  const aws = harness.awsAs(caller);
  const result = await harness.run(['doctor', ...argv], { aws, ...options });
  assert.deepEqual(harness.deletions(), []);
  return { ...result, harness };
}

test('doctor finds nothing in a healthy organization, and opens two sessions', async (t) => {
  const { code, stdout, stderr, harness } = await examine(t, HEALTHY);
  assert.equal(
    stdout,
    report('12 fine, 0 findings stop a plan, 0 stop something else, 0 unknown, 0 not checked', {}),
  );
  assert.equal(stderr, INIT);
  assert.equal(code, 0);
  assert.deepEqual(
    harness.emulator.calls
      .filter(({ operation }) => operation === 'AssumeRoot')
      .map(({ account, parameters }) => [account, String(parameters['TaskPolicyArn.arn']).split('/').pop()]),
    [
      ['222222222222', 'IAMAuditRootUserCredentials'],
      ['222222222222', 'IAMDeleteRootUserCredentials'],
    ],
  );
});

test('doctor names plan as the next step where there is a policy', async (t) => {
  const harness = await createHarness(t, HEALTHY);
  await harness.write('policy.yaml', 'version: 1\n');
  const { code, stderr } = await harness.run(['doctor']);
  assert.equal(code, 0);
  assert.equal(stderr, '\nNext: run: rootsweep plan --policy policy.yaml --out org.plan.yaml\n');
});

test('doctor --quiet prints what is not fine, and the sum', async (t) => {
  const { code, stdout, stderr } = await examine(t, HEALTHY, 'operator', ['--quiet']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    `${LINES.activity}\n\nDoctor: 12 fine, 0 findings stop a plan, 0 stop something else, 0 unknown, 0 not checked.\n`,
  );
});

test('doctor --account tries that account', async (t) => {
  const { code, stdout } = await examine(t, HEALTHY, 'operator', ['--account', '333333333333']);
  assert.equal(code, 0);
  assert.match(stdout, /session to audit +opened in 333333333333 shop, and read from\n/);
  assert.match(stdout, /session to delete +opened in 333333333333 shop, and read from\n/);
});

test('doctor works for the delegated administrator', async (t) => {
  const { code, stdout } = await examine(t, HEALTHY, 'delegate');
  assert.equal(code, 0);
  assert.equal(
    stdout,
    report('12 fine, 0 findings stop a plan, 0 stop something else, 0 unknown, 0 not checked', {
      credentials: '✓ credentials                  arn:aws:iam::222222222222:user/delegate',
      caller: "✓ caller's account             222222222222, a delegated administrator for IAM",
    }),
  );
});

const ALL_AFTER_CREDENTIALS = after('credentials');

const CASES: readonly {
  readonly when: string;
  readonly scenario?: Partial<Scenario>;
  readonly caller?: string;
  readonly argv?: readonly string[];
  readonly code: number;
  readonly verdict: string;
  readonly next: string;
  readonly changed: Partial<Record<Line, string | readonly string[]>>;
}[] = [
  {
    when: 'the organization has consolidated billing only',
    scenario: { organization: { ...HEALTHY.organization, featureSet: 'CONSOLIDATED_BILLING' } },
    code: 3,
    verdict: '3 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 8 not checked',
    next: AGAIN_RUN,
    changed: {
      organization: [
        '✗ organization                 organization "o-exampleorgid" does not have all features enabled',
        '    → in the management account "111111111111" run: aws organizations enable-all-features',
      ],
      ...unchecked('organization', after('organization')),
    },
  },
  {
    when: 'the caller belongs to no organization',
    caller: 'stranger',
    code: 3,
    verdict: '3 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 8 not checked',
    next: AGAIN,
    changed: {
      credentials: '✓ credentials                  arn:aws:iam::999999999999:user/stranger',
      organization: [
        '✗ organization                 account "999999999999" belongs to no organization',
        "    → use credentials of the organization's management account",
      ],
      ...unchecked('organization', after('organization')),
    },
  },
  {
    when: "the caller's account is a plain member",
    caller: 'member',
    code: 3,
    verdict: '4 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 7 not checked',
    next: AGAIN_RUN,
    changed: {
      credentials: '✓ credentials                  arn:aws:iam::333333333333:user/member',
      caller: [
        '✗ caller\'s account             account "333333333333" is neither the management account nor a delegated administrator for IAM',
        '    → use credentials of the management account "111111111111", or there run: aws organizations register-delegated-administrator --account-id 333333333333 --service-principal iam.amazonaws.com',
      ],
      ...unchecked('caller', after('caller')),
    },
  },
  {
    when: 'trusted access is off',
    scenario: { features: { trustedAccess: false } },
    code: 3,
    verdict: '7 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 4 not checked',
    next: AGAIN_RUN,
    changed: {
      trust: ['✗ trusted access               off for iam.amazonaws.com', '    → run: rootsweep enable'],
      ...unchecked('trust', ['management', 'sessions', 'audit', 'delete']),
    },
  },
  {
    when: 'the delegated administrator finds trusted access off',
    scenario: { features: { trustedAccess: false } },
    caller: 'delegate',
    code: 3,
    verdict: '7 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 4 not checked',
    next: AGAIN_RUN,
    changed: {
      credentials: '✓ credentials                  arn:aws:iam::222222222222:user/delegate',
      caller: "✓ caller's account             222222222222, a delegated administrator for IAM",
      trust: [
        '✗ trusted access               off for iam.amazonaws.com',
        '    → in the management account run: rootsweep enable',
      ],
      ...unchecked('trust', ['management', 'sessions', 'audit', 'delete']),
    },
  },
  {
    when: 'root credentials management is off',
    scenario: { features: { rootCredentialsManagement: false, rootSessions: true } },
    code: 3,
    verdict: '9 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 2 not checked',
    next: AGAIN_RUN,
    changed: {
      management: ['✗ root credentials management  off', '    → run: rootsweep enable'],
      ...unchecked('management', ['audit', 'delete']),
    },
  },
  {
    when: 'root sessions are off',
    scenario: { features: {} },
    code: 0,
    verdict: '11 fine, 0 findings stop a plan, 1 stops something else, 0 unknown, 0 not checked',
    next: INIT,
    changed: {
      sessions: [
        '! root sessions feature        off; only unlocking buckets and queues needs it',
        '    → if you want that run: rootsweep enable --root-sessions',
      ],
    },
  },
  {
    when: 'the caller may not see the features',
    scenario: { callers: { operator: { deny: ['iam:ListOrganizationsFeatures'] } } },
    code: 1,
    verdict: '10 fine, 0 findings stop a plan, 0 stop something else, 2 unknown, 0 not checked',
    next: AGAIN,
    changed: Object.fromEntries(
      (['management', 'sessions'] as const).map((name) => [
        name,
        [
          `? ${NAMES[name].padEnd(29)}unknown: the caller is not allowed to call iam:ListOrganizationsFeatures: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: iam:ListOrganizationsFeatures on resource: * with an explicit deny in an identity-based policy`,
          '    → allow iam:ListOrganizationsFeatures in the IAM policy of the caller; the README holds the whole policy',
        ],
      ]),
    ),
  },
  {
    when: 'the caller may see neither the features nor trusted access',
    scenario: {
      callers: {
        operator: {
          deny: ['iam:ListOrganizationsFeatures', 'organizations:ListAWSServiceAccessForOrganization'],
        },
      },
      features: { trustedAccess: false },
    },
    code: 3,
    verdict: '7 fine, 1 finding stops a plan, 1 stops something else, 3 unknown, 0 not checked',
    next: AGAIN_RUN,
    changed: {
      ...Object.fromEntries(
        (['management', 'sessions'] as const).map((name) => [
          name,
          [
            `? ${NAMES[name].padEnd(29)}unknown: the caller is not allowed to call iam:ListOrganizationsFeatures: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: iam:ListOrganizationsFeatures on resource: * with an explicit deny in an identity-based policy`,
            '    → allow iam:ListOrganizationsFeatures in the IAM policy of the caller; the README holds the whole policy',
          ],
        ]),
      ),
      trust: [
        '? trusted access               unknown: the caller is not allowed to call organizations:ListAWSServiceAccessForOrganization: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: organizations:ListAWSServiceAccessForOrganization on resource: * with an explicit deny in an identity-based policy',
        '    → allow organizations:ListAWSServiceAccessForOrganization in the IAM policy of the caller; the README holds the whole policy',
      ],
      audit: [
        '✗ session to audit             AssumeRoot failed: AccessDenied: Service not enabled for AWS Organizations.',
        '    → run: rootsweep enable',
      ],
      delete: [
        '! session to delete            AssumeRoot failed: AccessDenied: Service not enabled for AWS Organizations.',
        '    → run: rootsweep enable',
      ],
    },
  },
  {
    when: 'the organization cannot be described',
    scenario: { callers: { operator: { deny: ['organizations:DescribeOrganization'] } } },
    code: 1,
    verdict: '8 fine, 0 findings stop a plan, 0 stop something else, 1 unknown, 3 not checked',
    next: AGAIN,
    changed: {
      organization: [
        '? organization                 unknown: the caller is not allowed to call organizations:DescribeOrganization: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: organizations:DescribeOrganization on resource: * with an explicit deny in an identity-based policy',
        '    → allow organizations:DescribeOrganization in the IAM policy of the caller; the README holds the whole policy',
      ],
      caller:
        "✓ caller's account             111111111111, the management account or a delegated administrator for IAM",
      accounts: '✓ accounts                     4 accounts',
      ...unchecked('organization', ['policies', 'audit', 'delete']),
    },
  },
  {
    when: 'the accounts cannot be listed',
    scenario: { callers: { operator: { deny: ['organizations:ListAccounts'] } } },
    code: 1,
    verdict: '8 fine, 0 findings stop a plan, 0 stop something else, 1 unknown, 3 not checked',
    next: AGAIN,
    changed: {
      accounts: [
        '? accounts                     unknown: the caller is not allowed to call organizations:ListAccounts: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: organizations:ListAccounts on resource: * with an explicit deny in an identity-based policy',
        '    → allow organizations:ListAccounts in the IAM policy of the caller; the README holds the whole policy',
      ],
      ...unchecked('accounts', ['policies', 'audit', 'delete']),
    },
  },
  {
    when: 'the accounts cannot be listed, and one is named',
    scenario: { callers: { operator: { deny: ['organizations:ListAccounts'] } } },
    argv: ['--account', '333333333333'],
    code: 1,
    verdict: '10 fine, 0 findings stop a plan, 0 stop something else, 1 unknown, 1 not checked',
    next: AGAIN,
    changed: {
      accounts: [
        '? accounts                     unknown: the caller is not allowed to call organizations:ListAccounts: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: organizations:ListAccounts on resource: * with an explicit deny in an identity-based policy',
        '    → allow organizations:ListAccounts in the IAM policy of the caller; the README holds the whole policy',
      ],
      ...unchecked('accounts', ['policies']),
      audit: '✓ session to audit             opened in 333333333333, and read from',
      delete: '✓ session to delete            opened in 333333333333, and read from',
    },
  },
  {
    when: 'AWS does not say whether accounts are active',
    scenario: { replies: { state: false, status: false } },
    code: 1,
    verdict: '9 fine, 0 findings stop a plan, 0 stop something else, 3 unknown, 0 not checked',
    next: AGAIN,
    changed: {
      accounts: [
        '? accounts                     unknown: AWS did not say of 4 of 4 accounts whether they are active',
        '    → try again; accounts of unknown state are never deleted in',
      ],
      audit: [
        '? session to audit             unknown: there is no active member account to try it on',
        '    → nothing can be planned before there is one',
      ],
      delete: [
        '? session to delete            unknown: there is no active member account to try it on',
        '    → nothing can be planned before there is one',
      ],
    },
  },
  {
    when: 'the account that is named is not active',
    argv: ['--account', '444444444444'],
    code: 1,
    verdict: '10 fine, 0 findings stop a plan, 0 stop something else, 2 unknown, 0 not checked',
    next: AGAIN,
    changed: {
      audit: [
        '? session to audit             unknown: account "444444444444" is no active member account of the organization',
        '    → name another one with --account, or none',
      ],
      delete: [
        '? session to delete            unknown: account "444444444444" is no active member account of the organization',
        '    → name another one with --account, or none',
      ],
    },
  },
  {
    when: 'the account that is named is the management account',
    argv: ['--account', '111111111111'],
    code: 1,
    verdict: '10 fine, 0 findings stop a plan, 0 stop something else, 2 unknown, 0 not checked',
    next: AGAIN,
    changed: {
      audit: [
        '? session to audit             unknown: account "111111111111" is no active member account of the organization',
        '    → name another one with --account, or none',
      ],
      delete: [
        '? session to delete            unknown: account "111111111111" is no active member account of the organization',
        '    → name another one with --account, or none',
      ],
    },
  },
  {
    when: 'the caller may not open root sessions',
    scenario: { callers: { operator: { deny: ['sts:AssumeRoot'] } } },
    code: 3,
    verdict: '10 fine, 1 finding stops a plan, 1 stops something else, 0 unknown, 0 not checked',
    next: AGAIN,
    changed: {
      audit: [
        '✗ session to audit             arn:aws:iam::111111111111:user/operator may not open one in 222222222222: AssumeRoot failed: AccessDenied: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::222222222222:root',
        '    → give the caller the IAM policy for planning of the README',
      ],
      delete: [
        '! session to delete            arn:aws:iam::111111111111:user/operator may not open one in 222222222222, as fits who only plans: AssumeRoot failed: AccessDenied: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::222222222222:root',
        '    → to apply, give the caller the IAM policy for applying of the README',
      ],
    },
  },
  {
    when: 'the policies cannot be listed',
    scenario: { callers: { operator: { deny: ['organizations:ListPolicies'] } } },
    code: 1,
    verdict: '11 fine, 0 findings stop a plan, 0 stop something else, 1 unknown, 0 not checked',
    next: AGAIN,
    changed: {
      policies: [
        '? service control policies     unknown: the caller is not allowed to call organizations:ListPolicies: User: arn:aws:iam::111111111111:user/operator is not authorized to perform: organizations:ListPolicies on resource: * with an explicit deny in an identity-based policy',
        '    → allow organizations:ListPolicies in the IAM policy of the caller; the README holds the whole policy',
      ],
    },
  },
];

for (const { when, scenario, caller, argv, code, verdict, next, changed } of CASES) {
  test(`doctor exits ${code} when ${when}`, async (t) => {
    const result = await examine(t, { ...HEALTHY, ...scenario }, caller, argv);
    assert.equal(result.stdout, report(verdict, changed));
    assert.equal(result.stderr, next);
    assert.equal(result.code, code);
  });
}

test('doctor looks for region and credentials apart, and calls nobody without them', async (t) => {
  cleanEnvironment(t);
  const { code, stdout, stderr, harness } = await examine(t, HEALTHY, 'operator', [], { aws: {} });
  assert.equal(
    stdout,
    report('0 fine, 2 findings stop a plan, 0 stop something else, 0 unknown, 10 not checked', {
      region: [
        '✗ region                       no AWS region is set',
        '    → pass --region us-east-1, or set AWS_REGION',
      ],
      credentials: [
        '✗ credentials                  no AWS credentials were found: Could not load credentials from any providers',
        '    → sign in, for example with "aws sso login", or pass --profile',
      ],
      ...unchecked('credentials', ALL_AFTER_CREDENTIALS),
    }),
  );
  assert.equal(stderr, AGAIN);
  assert.equal(code, 3);
  assert.deepEqual(harness.calls(), []);
});

test('doctor says of credentials that are there that they were not checked without a region', async (t) => {
  cleanEnvironment(t, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' });
  const { code, stdout } = await examine(t, HEALTHY, 'operator', [], { aws: {} });
  assert.equal(
    stdout,
    report('0 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 11 not checked', {
      region: [
        '✗ region                       no AWS region is set',
        '    → pass --region us-east-1, or set AWS_REGION',
      ],
      ...unchecked('region', ['credentials', ...ALL_AFTER_CREDENTIALS]),
    }),
  );
  assert.equal(code, 3);
});

test('doctor refuses the region that stands for the global endpoint', async (t) => {
  const { code, stdout, harness } = await examine(t, HEALTHY, 'operator', ['--region', 'aws-global']);
  assert.match(
    stdout,
    /^✗ region +"aws-global" is no region of AssumeRoot, which has regional endpoints only\n {4}→ pass --region us-east-1, or set AWS_REGION\n\. credentials +not checked, because of: region\n/,
  );
  assert.equal(code, 3);
  assert.deepEqual(harness.calls(), []);
});

test('doctor tells credentials that AWS refuses, and checks nothing behind them', async (t) => {
  const harness = await createHarness(t, HEALTHY);
  const { accessKeyId } = harness.emulator.callerCredentials();
  const credentials = { accessKeyId, secretAccessKey: 'wrong' };
  const aws = { endpoint: harness.server.url, region: 'us-east-1', credentials };
  const { code, stdout } = await harness.run(['doctor'], { aws, now: new Date().toISOString() });
  assert.match(
    stdout,
    /\n✗ credentials +AWS refused the credentials: The request signature we calculated does not match .*\n {4}→ sign in again, or pass --profile\n\. clock +not checked, because of: credentials\n/,
  );
  assert.match(
    stdout,
    /\nDoctor: 1 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 10 not checked\.\n$/,
  );
  assert.ok(!stdout.includes('wrong'));
  assert.equal(code, 3);
});

test('doctor exits 1 where nobody answers: unknown, and not fine', async (t) => {
  const harness = await createHarness(t, HEALTHY);
  const aws = {
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    credentials: harness.emulator.callerCredentials(),
  };
  // The harness's time passes only while a call waits to be made again: half of 100, 200, 400, 800 and 1600 ms.
  const { code, stdout } = await harness.run(['doctor'], { aws });
  assert.equal(
    stdout,
    report('1 fine, 0 findings stop a plan, 0 stop something else, 1 unknown, 10 not checked', {
      credentials: [
        '? credentials                  unknown: sts:GetCallerIdentity got no answer from AWS: connect ECONNREFUSED 127.0.0.1:1; tried 127.0.0.1:1 6 times in 2 s',
        '    → check the network, the region and AWS_ENDPOINT_URL',
      ],
      ...unchecked('credentials', ALL_AFTER_CREDENTIALS),
    }),
  );
  assert.equal(code, 1);
});

test('doctor tells a clock that is wrong, and checks everything else', async (t) => {
  const { code, stdout } = await examine(t, { ...HEALTHY, clockSkew: 12 * 60_000 });
  assert.equal(
    stdout,
    report('11 fine, 1 finding stops a plan, 0 stop something else, 0 unknown, 0 not checked', {
      clock: [
        "✗ clock                        the clock of this machine is 12 minutes behind AWS's",
        '    → set the clock of this machine; plans are dated and expire by it',
      ],
    }),
  );
  assert.equal(code, 3);
});

test('doctor says that STS lags behind what IAM shows as on', async (t) => {
  const harness = await createHarness(t, {
    ...HEALTHY,
    features: { rootCredentialsManagement: false, rootSessions: true },
    faults: [
      {
        match: { operation: 'EnableOrganizationsRootCredentialsManagement' },
        fault: { kind: 'delayed-visibility', milliseconds: 600_000 },
      },
    ],
  });
  const { emulator, run } = harness;
  emulator.world.features.add('RootCredentialsManagement');
  emulator.world.unknownToSts.set('RootCredentialsManagement', Date.parse('2026-11-23T10:00:00Z'));
  const { code, stdout } = await run(['doctor']);
  assert.equal(
    stdout,
    report('10 fine, 1 finding stops a plan, 1 stops something else, 0 unknown, 0 not checked', {
      audit: [
        '✗ session to audit             what IAM shows as on is still unknown to STS: AssumeRoot failed: AccessDenied: Root credentials management feature is not enabled for your AWS Organization.',
        '    → it takes minutes; wait, then run: rootsweep doctor',
      ],
      delete: [
        '! session to delete            what IAM shows as on is still unknown to STS: AssumeRoot failed: AccessDenied: Root credentials management feature is not enabled for your AWS Organization.',
        '    → it takes minutes; wait, then run: rootsweep doctor',
      ],
    }),
  );
  assert.equal(code, 3);
});

test('doctor shows every independent finding at once', async (t) => {
  const { code, stdout } = await examine(t, {
    ...HEALTHY,
    clockSkew: -12 * 60_000,
    features: { rootCredentialsManagement: false },
    callers: { operator: { deny: ['organizations:ListPolicies'] } },
  });
  assert.match(stdout, /^✗ clock/m);
  assert.match(stdout, /^✗ root credentials management/m);
  assert.match(stdout, /^! root sessions feature/m);
  assert.match(stdout, /^\? service control policies/m);
  assert.match(
    stdout,
    /Doctor: 6 fine, 2 findings stop a plan, 1 stops something else, 1 unknown, 2 not checked\.\n$/,
  );
  assert.equal(code, 3);
});

test('doctor --json prints one object for each prerequisite, and the verdict', async (t) => {
  const { code, stdout, stderr } = await examine(t, { ...HEALTHY, features: {} }, 'operator', ['--json']);
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    objects.map(({ version, type, name }) => [version, type, name]),
    [
      ...[
        'region credentials clock organization caller-account trusted-access root-credentials-management',
        'root-sessions accounts service-control-policies audit-session delete-session root-activity',
      ]
        .join(' ')
        .split(' ')
        .map((name) => [1, 'prerequisite', name]),
      [1, 'doctor', undefined],
    ],
  );
  assert.deepEqual(objects[7], {
    version: 1,
    type: 'prerequisite',
    name: 'root-sessions',
    kind: 'fault',
    stops: ['unlock'],
    says: 'off; only unlocking buckets and queues needs it',
    fix: { text: 'if you want that', run: 'rootsweep enable --root-sessions' },
  });
  assert.deepEqual(objects.at(-1), {
    version: 1,
    type: 'doctor',
    fine: 11,
    stopping: 0,
    others: 1,
    unknown: 0,
    notChecked: 0,
    exitCode: 0,
  });
  assert.equal(stderr, '');
  assert.equal(code, 0);
});

test('doctor is refused when --account is no account id', async (t) => {
  const { run, calls } = await createHarness(t, HEALTHY);
  const { code, stderr } = await run(['doctor', '--account', '1']);
  assert.equal(
    stderr,
    'Error: --account takes an account id of twelve digits, not "1"\n  → for example: rootsweep doctor --account 111122223333\n',
  );
  assert.equal(code, 1);
  assert.deepEqual(calls(), []);
});

test('doctor stops when told', async (t) => {
  const { run, calls } = await createHarness(t, HEALTHY);
  const stop = new AbortController();
  stop.abort();
  const { code, stderr } = await run(['doctor'], { stop: stop.signal });
  assert.equal(stderr, 'Error: interrupted; nothing was changed\n');
  assert.equal(code, 130);
  assert.deepEqual(calls(), []);
});

test('doctor waits where it is throttled, and goes on', async (t) => {
  const { code, stdout } = await examine(t, {
    ...HEALTHY,
    faults: [{ match: { nth: 1, operation: 'ListPolicies' }, fault: { kind: 'throttle' } }],
  });
  assert.equal(code, 0);
  assert.match(stdout, /service control policies +none but those of AWS\n/);
});

test('the IAM policies of the README for planning and for doctor are enough, and each action of the latter is needed', async (t) => {
  const statements = (mark: string) =>
    (JSON.parse(readBlock(`policy: ${mark}`)) as { Statement: DocumentStatement[] }).Statement;
  const [own] = statements('doctor');
  const actions = own?.Action as readonly string[];
  const allow = async (allowed: readonly string[], account: string, trustedAccess = true) => {
    const policy = {
      Statement: [...statements('plan'), { Effect: 'Allow' as const, Action: [...allowed], Resource: '*' }],
    };
    const { code, stdout } = await examine(t, {
      ...HEALTHY,
      features: { trustedAccess, rootSessions: true },
      callers: { operator: { account, policy } },
      scps: [
        {
          target: '/',
          policy: { Statement: { Effect: 'Deny', Action: 'iam:*', Resource: 'arn:aws:iam::*:user/*' } },
        },
      ],
    });
    return { code, stdout };
  };
  const whole = await allow(actions, '111111111111');
  assert.equal(whole.code, 0, whole.stdout);
  assert.match(whole.stdout, /\n! session to delete .* as fits who only plans/);
  for (const action of actions) {
    const others = actions.filter((other) => other !== action);
    // The delegates are asked for only where IAM does not say who the caller is; trusted access, where IAM says nothing.
    if (action === 'organizations:ListDelegatedAdministrators') {
      assert.match((await allow(others, '222222222222', false)).stdout, /\n\? caller's account/);
    } else if (action === 'organizations:ListAWSServiceAccessForOrganization') {
    } else {
      assert.equal((await allow(others, '111111111111')).code, 1, action);
    }
  }
});

const RECOVERY_SESSIONS = (stdout: string) =>
  stdout.split('\n').filter((line) => /session to (?:recover|unlock)/.test(line));

test('doctor --recovery opens a session for each way back in, and changes nothing', async (t) => {
  const { code, stdout, harness } = await examine(t, HEALTHY, 'operator', ['--recovery']);
  assert.deepEqual(RECOVERY_SESSIONS(stdout), [
    '✓ session to recover           opened in 222222222222 security, and read from',
    '✓ session to unlock a bucket   opened in 222222222222 security, and read from',
    '✓ session to unlock a queue    opened in 222222222222 security, and read from',
  ]);
  assert.match(
    stdout,
    /Doctor: 15 fine, 0 findings stop a plan, 0 stop something else, 0 unknown, 0 not checked\./,
  );
  assert.equal(code, 0);
  assert.deepEqual(harness.deletions(), []);
});

test('doctor --recovery tells what stops a way back in, and it stops no plan', async (t) => {
  const permitted = readFileSync(join(AWS, 'planner.json'), 'utf8');
  const scenario = {
    ...HEALTHY,
    features: { rootSessions: false },
    callers: { operator: { policy: JSON.parse(permitted) } },
  } as Scenario;
  const { stdout } = await examine(t, scenario, 'operator', ['--recovery']);
  const [recover, , ...others] = stdout
    .split('\n')
    .slice(stdout.split('\n').findIndex((it) => it.includes('session to recover')));
  assert.match(
    String(recover),
    /^! session to recover +arn:aws:iam::111111111111:user\/operator may not open one in 222222222222, which only recover and unlock need: AssumeRoot failed: AccessDenied: /,
  );
  assert.match(
    stdout,
    /\n {4}→ to recover, give the caller the statement "RecoverPasswords" of examples\/aws\/recovery-operator\.json\n/,
  );
  assert.deepEqual(others.slice(0, 2), [
    '. session to unlock a bucket   not checked, because of: root sessions feature',
    '. session to unlock a queue    not checked, because of: root sessions feature',
  ]);
});

test('doctor --recovery says that it did not check what something else stands in the way of', async (t) => {
  const { stdout } = await examine(t, { ...HEALTHY, features: { trustedAccess: false } }, 'operator', [
    '--recovery',
  ]);
  assert.deepEqual(RECOVERY_SESSIONS(stdout), [
    '. session to recover           not checked, because of: trusted access',
    '. session to unlock a bucket   not checked, because of: trusted access',
    '. session to unlock a queue    not checked, because of: trusted access',
  ]);
});
