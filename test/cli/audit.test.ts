import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { createHarness } from './harness.js';
import { ORGANIZATION, SCENARIO } from './planned.js';

const MIXED = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "444444444444", name: keys, ou: /Workloads, root: { accessKeys: 2, signingCertificates: 1 } }
  - { id: "111111111111", name: management }
  - { id: "333333333333", name: shop, ou: /Workloads/Prod, root: { password: true, mfaDevices: 2 } }
  - { id: "222222222222", name: empty, ou: /Security }
  - { id: "555555555555", name: closed, state: SUSPENDED, root: { password: true } }
`;

test('audit prints a table in the order of the ids', async (t) => {
  const { run, deletions } = await createHarness(t, MIXED);
  const { code, stdout, stderr } = await run(['audit']);
  assert.equal(code, 0);
  assert.equal(stderr, 'Next: run: rootsweep init\n');
  assert.equal(
    stdout,
    `ACCOUNT       NAME        OU               PASSWORD  MFA  KEYS  CERTS
111111111111  management  /                –         –    –     –      management account
222222222222  empty       /Security        0         0    0     0
333333333333  shop        /Workloads/Prod  1         2    0     0
444444444444  keys        /Workloads       0         0    2     1
555555555555  closed      /                –         –    –     –      SUSPENDED

Organization o-exampleorgid: 5 accounts, 0 unknown, 2 not audited; 1 password, 2 MFA devices, 2 access keys, 1 signing certificate.
`,
  );
  assert.deepEqual(deletions(), []);
});

test('audit --json prints one object for each account', async (t) => {
  const { run } = await createHarness(t, SCENARIO);
  const { code, stdout, stderr } = await run(['audit', '--json']);
  assert.deepEqual([code, stderr], [0, '']);
  const accounts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; email: string; joined: string; parents: string[] });
  assert.deepEqual(
    accounts.map(({ email, joined, parents, ...rest }) => rest),
    [
      {
        version: 1,
        type: 'account',
        id: '111111111111',
        name: 'management',
        state: 'ACTIVE',
        joinedMethod: 'CREATED',
        ou: '/',
        scope: 'management',
      },
      {
        version: 1,
        type: 'account',
        id: '222222222222',
        name: 'empty',
        state: 'ACTIVE',
        joinedMethod: 'CREATED',
        ou: '/',
        scope: 'included',
        observation: { kind: 'audited', by: 'summary', credentials: [] },
      },
      {
        version: 1,
        type: 'account',
        id: '333333333333',
        name: 'shop',
        state: 'ACTIVE',
        joinedMethod: 'CREATED',
        ou: '/Workloads/Prod',
        scope: 'included',
        observation: {
          kind: 'audited',
          by: 'listing',
          credentials: [
            { kind: 'password', created: '2019-02-04T00:00:00Z' },
            {
              kind: 'mfa-device',
              id: 'arn:aws:iam::333333333333:mfa/first',
              created: '2019-02-05T00:00:00Z',
            },
            {
              kind: 'mfa-device',
              id: 'arn:aws:iam::333333333333:mfa/second',
              created: '2019-02-06T00:00:00Z',
            },
          ],
        },
      },
    ],
  );
});

test('audit exits with 6 and names the cause when an account could not be looked at', async (t) => {
  const { run, emulator } = await createHarness(t, SCENARIO);
  emulator.setFaults([
    {
      match: { operation: 'GetAccountSummary', account: '222222222222' },
      fault: { kind: 'access-denied', message: 'with an explicit deny in a service control policy' },
    },
  ]);
  const { code, stdout } = await run(['audit']);
  assert.equal(code, 6);
  assert.match(
    stdout,
    /\n222222222222 {2}empty +\/ +\? +\? +\? +\? +denied-by-scp: GetAccountSummary failed: /,
  );
  assert.match(stdout, /: 3 accounts, 1 unknown, 1 not audited; /);
  assert.match(stdout, /\n {2}→ denied-by-scp: exempt root sessions from the service control policy /);
});

test('audit --json says of an account that could not be looked at that it is unknown', async (t) => {
  const { run, emulator } = await createHarness(t, SCENARIO);
  emulator.setFaults([
    {
      match: { operation: 'AssumeRoot', account: '222222222222' },
      fault: { kind: 'access-denied', message: 'no' },
    },
  ]);
  const { code, stdout } = await run(['audit', '--json']);
  assert.equal(code, 6);
  const { observation } = JSON.parse(stdout.split('\n')[1] ?? '') as { observation: object };
  assert.deepEqual(observation, {
    kind: 'unknown',
    cause: 'caller-not-allowed',
    message: 'AssumeRoot failed: AccessDenied: no',
  });
});

test('audit works from the account of the delegated administrator', async (t) => {
  const { run, calls } = await createHarness(
    t,
    `${MIXED}delegatedAdministrators: ["222222222222"]\ncallers: { operator: { account: "222222222222" } }\n`,
  );
  const { code, stdout } = await run(['audit']);
  assert.equal(code, 0);
  assert.match(stdout, /: 5 accounts, 0 unknown, 2 not audited; /);
  assert(calls().includes('sts GetCallerIdentity 222222222222'));
});

test('audit --deep lists the credentials of every account it looks at', async (t) => {
  const { run } = await createHarness(t, SCENARIO);
  const { stdout } = await run(['audit', '--deep', '--json']);
  assert.deepEqual(stdout.match(/"by":"\w+"/g), ['"by":"listing"', '"by":"listing"']);
});

test('audit writes nothing', async (t) => {
  const { run, folder } = await createHarness(t, SCENARIO);
  await run(['audit']);
  assert.deepEqual(await readdir(folder), []);
});
