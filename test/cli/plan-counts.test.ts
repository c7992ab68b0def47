/** What a plan costs AWS and the network, in counts: what nobody notices until an organization is large. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateScenario } from '../../src/emulator/scenario/generate-scenario.js';
import { createPlanned, ORGANIZATION } from './planned.js';
import { CONFIRMED, PLAN } from './spawned.js';

const FAST = ['--quiet', '--quota-share', 'unlimited', '--concurrency', '10'];

/** An organization of so many active accounts, of which a share has a password and perhaps MFA. */
function organization(accounts: number, credentialShare: number) {
  const shape = { accounts, seed: 2, credentialShare, inactiveShare: 0, accessKeyShare: 0 };
  const scenario = generateScenario(shape);
  return {
    ...scenario,
    organization: { ...scenario.organization, id: ORGANIZATION },
    paging: { emptyPages: 0 },
  };
}

function countByOperation(calls: readonly { readonly operation: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

test('plan makes two calls for a clean account, and four in all besides the pages', async (t) => {
  const planned = await createPlanned(t, { scenario: organization(100, 0) });
  planned.emulator.resetCalls();
  const { code } = await planned.run([...PLAN, ...FAST]);
  assert.equal(code, 0);
  assert.deepEqual(countByOperation(planned.emulator.calls), {
    GetCallerIdentity: 1,
    DescribeOrganization: 1,
    ListOrganizationsFeatures: 1,
    // The management account is the 101st.
    ListAccounts: 6,
    AssumeRoot: 100,
    GetAccountSummary: 100,
  });
});

test('plan and apply look at an account with a password by as many calls as it takes, and by no more', async (t) => {
  const scenario = organization(20, 0);
  const [first, ...others] = scenario.accounts ?? [];
  assert(first !== undefined);
  const planned = await createPlanned(t, {
    scenario: {
      ...scenario,
      accounts: [{ ...first, ou: '/Workloads', root: { password: true } }, ...others],
    },
  });
  await planned.run([...PLAN, ...FAST]);
  const look = {
    GetUser: 1,
    GetLoginProfile: 1,
    ListAccessKeys: 1,
    ListMFADevices: 1,
    ListSigningCertificates: 1,
  };
  const calls = planned.emulator.calls.filter(({ account }) => account === first.id);
  assert.deepEqual(countByOperation(calls), { AssumeRoot: 1, GetAccountSummary: 1, ...look });

  planned.forget();
  const { code } = await planned.run([...CONFIRMED, ...FAST]);
  assert.equal(code, 0);
  assert.deepEqual(countByOperation(planned.emulator.calls), {
    GetCallerIdentity: 1,
    DescribeOrganization: 1,
    ListOrganizationsFeatures: 1,
    DescribeAccount: 1,
    ListOrganizationalUnitsForParent: 1,
    AssumeRoot: 1,
    // Before the deletion, and after it; the password alone once more, as the proof.
    GetUser: 2,
    GetLoginProfile: 3,
    ListAccessKeys: 2,
    ListMFADevices: 2,
    ListSigningCertificates: 2,
    DeleteLoginProfile: 1,
  });
});

test('plan opens no more connections than it may make calls at a time, however many accounts there are', async (t) => {
  const planned = await createPlanned(t, { scenario: organization(300, 0.5) });
  const before = planned.server.connections;
  await planned.run([...PLAN, ...FAST]);
  const opened = planned.server.connections - before;
  assert(opened <= 10, `${opened} connections`);
});

test('plan sends and receives few bytes for a further account', async (t) => {
  const traffic = async (accounts: number) => {
    const { run, server } = await createPlanned(t, { scenario: organization(accounts, 0) });
    await run([...PLAN, ...FAST]);
    return { received: server.received, sent: server.sent };
  };
  const [few, many] = [await traffic(40), await traffic(240)];
  const [asked, answered] = [(many.received - few.received) / 200, (many.sent - few.sent) / 200];
  t.diagnostic(`${Math.round(asked)} bytes asked and ${Math.round(answered)} answered for each account`);
  assert(asked < 2_400, `${asked} bytes asked`);
  assert(answered < 4_300, `${answered} bytes answered`);
});
