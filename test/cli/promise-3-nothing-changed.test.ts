import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountChange } from '../../src/emulator/state/change-account.js';
import { createPlanned, SCENARIO } from './planned.js';

const ACCOUNT = '333333333333';
const OTHER_UNIT = SCENARIO.replace('name: empty', 'name: empty, ou: /Workloads/Test');
const BY_TAG = 'version: 1\ninclude: [{ tags: { stage: prod } }]\n';

const DRIFTS: readonly { readonly what: string; readonly change: AccountChange; readonly shows: RegExp }[] = [
  {
    what: 'a new MFA device',
    change: { add: { mfaDevices: [{ serial: 'GAKT12345678', enabled: '2026-11-20T00:00:00Z' }] } },
    shows: /\n {6}\+mfa-device GAKT12345678, created 2026-11-20T00:00:00Z\n/,
  },
  {
    what: 'a new access key',
    change: { add: { accessKeys: [{ id: 'AKIAIOSFODNN7EXAMPLE', created: '2026-11-20T00:00:00Z' }] } },
    shows: /\n {6}\+access-key AKIAIOSFODNN7EXAMPLE, Active, created 2026-11-20T00:00:00Z, never used\n/,
  },
  {
    what: 'a missing MFA device',
    change: { remove: { mfaDevices: ['arn:aws:iam::333333333333:mfa/first'] } },
    shows: /\n {6}-mfa-device arn:aws:iam::333333333333:mfa\/first, created 2019-02-05T00:00:00Z\n/,
  },
  {
    what: 'a missing password',
    change: { remove: { password: true } },
    shows: /\n {6}-password, created 2019-02-04T00:00:00Z\n/,
  },
  {
    what: 'another password',
    change: { remove: { password: true }, add: { password: { created: '2026-11-20T00:00:00Z' } } },
    shows: /\n {6}-password, created 2019-02-04T00:00:00Z\n {6}\+password, created 2026-11-20T00:00:00Z\n/,
  },
  {
    what: 'a password that was used since',
    change: {
      remove: { password: true },
      add: { password: { created: '2019-02-04T00:00:00Z', lastUsed: '2026-11-22T00:00:00Z' } },
    },
    shows: /\n {6}\+password, created 2019-02-04T00:00:00Z, last used 2026-11-22T00:00:00Z\n/,
  },
  { what: 'another name', change: { name: 'renamed' }, shows: /\n {6}-name: shop\n {6}\+name: renamed\n/ },
  { what: 'another place', change: { ou: '/Workloads/Test' }, shows: /\n {6}-ou: \/Workloads\/Prod\n/ },
  {
    what: 'another state',
    change: { state: 'SUSPENDED' },
    shows: /\n {6}-state: ACTIVE\n {6}\+state: SUSPENDED\n/,
  },
  {
    what: 'another tag',
    change: { tags: { stage: 'test' } },
    shows: /\n {6}-tag: stage=prod\n {6}\+tag: stage=test\n/,
  },
  {
    what: 'no place in the organization',
    change: { leave: true },
    shows: /\n {6}\+no member of the organization\n/,
  },
];

for (const { what, change, shows } of DRIFTS) {
  test(`apply leaves an account alone that has ${what} since the plan`, async (t) => {
    const { plan, apply, deletions, emulator } = await createPlanned(t, {
      scenario: OTHER_UNIT,
      policy: BY_TAG,
    });
    assert.equal((await plan()).code, 0);
    emulator.changeAccount(ACCOUNT, change);
    const { code, stdout } = await apply();
    assert.equal(code, 5);
    assert.match(stdout, /~ 333333333333 shop: changed since the plan, left alone\n/);
    assert.match(stdout, shows);
    assert.match(stdout, /0 credentials deleted and proven gone; 0 accounts done, 0 done earlier, 1 drifted/);
    assert.deepEqual(deletions(), []);
  });
}

test('apply lists all four kinds in the deleting session before the first deletion', async (t) => {
  const { plan, apply, emulator, forget } = await createPlanned(t);
  await plan();
  forget();
  assert.equal((await apply()).code, 0);
  const ofAccount = emulator.calls.filter((call) => call.service === 'iam' && call.account === ACCOUNT);
  const before = ofAccount.slice(
    0,
    ofAccount.findIndex((call) => call.effect !== undefined),
  );
  assert.deepEqual(before.map((call) => call.operation).sort(), [
    'GetLoginProfile',
    'GetUser',
    'ListAccessKeys',
    'ListMFADevices',
    'ListSigningCertificates',
  ]);
  assert.equal(new Set(ofAccount.map((call) => call.accessKeyId)).size, 1);
});

test('apply empties the other accounts when one has drifted', async (t) => {
  const scenario = `${SCENARIO}  - { id: "444444444444", name: other, root: { password: true } }\n`;
  const { plan, apply, deletions, emulator } = await createPlanned(t, { scenario });
  await plan();
  emulator.changeAccount(ACCOUNT, { name: 'renamed' });
  assert.equal((await apply()).code, 5);
  assert.deepEqual(deletions(), ['DeleteLoginProfile 444444444444']);
});
