/** What a plan costs, counted by the emulator. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { createPlanned, ORGANIZATION } from './planned.js';

const MANAGEMENT = '111111111111';

/** Accounts 200000000000 and up, every `each`-th of them with a password and an MFA device. */
function organizationOf(accounts: number, each: number, more: Partial<Scenario> = {}): Scenario {
  const members = Array.from({ length: accounts }, (_, index) => ({
    id: String(200_000_000_000 + index),
    name: `account-${index}`,
    ou: `/Unit ${index % 7}`,
    ...(index % each === 0 ? { root: { password: true, mfaDevices: 1 } } : {}),
  }));
  return {
    organization: { id: ORGANIZATION, managementAccount: MANAGEMENT },
    accounts: [{ id: MANAGEMENT, name: 'management' }, ...members],
    ...more,
  };
}

test('plan costs exactly two calls for an account without root credentials', async (t) => {
  const { plan, emulator } = await createPlanned(t, { scenario: organizationOf(50, 1000) });
  assert.equal((await plan()).code, 0);
  for (let index = 1; index < 50; index += 1) {
    const id = String(200_000_000_000 + index);
    const operations = emulator.calls
      .filter(({ account }) => account === id)
      .map(({ operation }) => operation);
    assert.deepEqual(operations, ['AssumeRoot', 'GetAccountSummary']);
  }
  const ofOrganizations = emulator.calls
    .filter(({ service }) => service === 'organizations')
    .map((it) => it.operation);
  // 51 accounts are three pages (and perhaps an empty one); one account has something to say, so the units below the
  // root are named.
  assert.deepEqual([...new Set(ofOrganizations)].sort(), [
    'DescribeOrganization',
    'ListAccounts',
    'ListOrganizationalUnitsForParent',
  ]);
});

test('plan --deep lists all four kinds of an account without root credentials', async (t) => {
  const { plan, emulator, read } = await createPlanned(t);
  assert.equal((await plan('--deep')).code, 0);
  const operations = emulator.calls
    .filter(({ account }) => account === '222222222222')
    .map((it) => it.operation);
  // All that a session asks for is asked at once, and arrives in any order.
  assert.deepEqual(operations.sort(), [
    'AssumeRoot',
    'GetLoginProfile',
    'GetUser',
    'ListAccessKeys',
    'ListMFADevices',
    'ListSigningCertificates',
  ]);
  assert.match(
    await read('org.plan.yaml'),
    /\n {2}- \{ id: "222222222222", decision: clean, by: listing \}\n/,
  );
});

test('plan and apply open no more connections than their concurrency', async (t) => {
  const { plan, apply, server, emulator } = await createPlanned(t, {
    over: 'http',
    scenario: organizationOf(500, 20, { faults: [{ fault: { kind: 'latency', milliseconds: 5 } }] }),
  });
  assert.equal((await plan('--concurrency', '8')).code, 0);
  assert.ok(server.connections <= 8, `${server.connections} connections for plan`);
  assert.ok(server.connections >= 4, `${server.connections} connections: nothing ran at the same time`);
  const before = server.connections;
  assert.equal((await apply(['--confirm', ORGANIZATION, '--concurrency', '8'])).code, 0);
  assert.ok(server.connections - before <= 8, `${server.connections - before} connections for apply`);
  assert.equal(Object.values(emulator.snapshot()).filter(({ password }) => password !== undefined).length, 0);
});

test('plan of 500 accounts stays within the documented quotas: no call fails, no account is unknown', async (t) => {
  const { plan, emulator } = await createPlanned(t, {
    scenario: organizationOf(500, 10, { quotas: 'documented' }),
  });
  const { code, stdout } = await plan();
  assert.equal(code, 0);
  assert.match(stdout, /Plan: credentials to delete in 50 accounts .+ 0 unknown/);
  assert.deepEqual(
    emulator.calls
      .filter(({ errorCode }) => errorCode !== undefined)
      .map(({ operation, errorCode }) => [operation, errorCode]),
    [],
  );
});

test('plan reads tags only of the accounts that no other rule decided', async (t) => {
  const { plan, calls } = await createPlanned(t, {
    policy: `version: 1
include: [{ account: "222222222222" }, { tags: { stage: prod } }]
`,
  });
  assert.equal((await plan()).code, 0);
  assert.deepEqual(
    calls().filter((call) => call.includes('ListTagsForResource')),
    ['organizations ListTagsForResource 333333333333'],
  );
});

test('plan reads no OU names when neither the policy nor an account needs them', async (t) => {
  const { plan, calls } = await createPlanned(t, {
    scenario: {
      organization: { id: ORGANIZATION, managementAccount: MANAGEMENT },
      accounts: [{ id: MANAGEMENT }, { id: '222222222222', ou: '/A/B/C' }],
    },
  });
  assert.equal((await plan()).code, 0);
  assert.deepEqual(calls().sort(), [
    'iam GetAccountSummary 222222222222',
    'iam ListOrganizationsFeatures 111111111111',
    'organizations DescribeOrganization 111111111111',
    'organizations ListAccounts 111111111111',
    'sts AssumeRoot 222222222222',
    'sts GetCallerIdentity 111111111111',
  ]);
});

test('plan and apply look at an account by as many calls as it takes, and by no more', async (t) => {
  const { plan, apply, forget, emulator } = await createPlanned(t, {
    scenario: organizationOf(20, 1000, { paging: { emptyPages: 0 } }),
  });
  const id = '200000000000';
  await plan();
  const calls = emulator.calls.filter(({ account }) => account === id);
  assert.deepEqual(countByOperation(calls), {
    AssumeRoot: 1,
    GetAccountSummary: 1,
    GetUser: 1,
    GetLoginProfile: 1,
    ListAccessKeys: 1,
    ListMFADevices: 1,
    ListSigningCertificates: 1,
  });

  forget();
  assert.equal((await apply()).code, 0);
  assert.deepEqual(countByOperation(emulator.calls), {
    GetCallerIdentity: 1,
    DescribeOrganization: 1,
    ListOrganizationsFeatures: 1,
    // Before anything is asked: 21 accounts are two pages.
    ListAccounts: 2,
    DescribeAccount: 1,
    ListOrganizationalUnitsForParent: 1,
    AssumeRoot: 1,
    DeleteLoginProfile: 1,
    DeactivateMFADevice: 1,
    // Before each deletion, and after the last; what was deleted once more by itself, as the proof.
    GetUser: 3,
    GetLoginProfile: 4,
    ListAccessKeys: 3,
    ListMFADevices: 4,
    ListSigningCertificates: 3,
  });
});

test('plan sends and receives few bytes for a further account', async (t) => {
  const traffic = async (accounts: number) => {
    const { plan, server } = await createPlanned(t, {
      over: 'http',
      scenario: organizationOf(accounts, 1000, { paging: { emptyPages: 0 } }),
    });
    await plan('--quota-share', 'unlimited');
    return { received: server.received, sent: server.sent };
  };
  const [few, many] = [await traffic(40), await traffic(240)];
  const [asked, answered] = [(many.received - few.received) / 200, (many.sent - few.sent) / 200];
  t.diagnostic(`${Math.round(asked)} bytes asked and ${Math.round(answered)} answered for each account`);
  assert(asked < 2_400, `${asked} bytes asked`);
  assert(answered < 4_300, `${answered} bytes answered`);
});

function countByOperation(calls: readonly { readonly operation: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

test('plan and apply say how many accounts there are, so that the process can fit its memory to them', async (t) => {
  const { plan, apply, run } = await createPlanned(t, { scenario: organizationOf(50, 10) });
  const told: number[] = [];
  const expectAccounts = (accounts: number) => {
    told.push(accounts);
  };
  await plan();
  const again = ['plan', '--policy', 'policy.yaml', '--out', 'b.plan.yaml', '--key', 'key.pem'];
  assert.equal((await run(again, { expectAccounts })).code, 0);
  // None before AWS is asked, then page by page, and then all: 51 with the management account.
  assert.deepEqual([told[0], told[1], told.at(-1)], [0, 20, 51]);
  told.length = 0;
  assert.equal((await apply(['--confirm', ORGANIZATION], { expectAccounts })).code, 0);
  assert.deepEqual(told, [51]);
});
