import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPlanned } from './planned.js';

const ACCOUNT = '333333333333';
const LOOK = ['GetLoginProfile', 'GetUser', 'ListAccessKeys', 'ListMFADevices', 'ListSigningCertificates'];

test('apply looks for each credential after its deletion, and at the whole account in the end', async (t) => {
  const { plan, apply, emulator, forget } = await createPlanned(t);
  await plan();
  forget();
  await apply();
  const operations = emulator.calls
    .filter(({ account }) => account === ACCOUNT)
    .map(({ operation }) => operation);
  // A whole look asks for everything at once, so that its calls arrive in any order.
  const told = operations.slice(operations.indexOf('DeleteLoginProfile'));
  assert.deepEqual(
    [told.slice(0, 2), told.slice(2, 7).sort(), told.slice(7, 9), told.slice(9, 14).sort()],
    [['DeleteLoginProfile', 'GetLoginProfile'], LOOK, ['DeactivateMFADevice', 'ListMFADevices'], LOOK],
  );
  assert.deepEqual(
    [told.slice(14, 16), told.slice(16).sort()],
    [['DeactivateMFADevice', 'ListMFADevices'], LOOK],
  );
});

test('apply waits until AWS no longer shows what it deleted', async (t) => {
  const { plan, apply, emulator } = await createPlanned(t);
  await plan();
  emulator.setFaults([
    { match: { operation: 'De*' }, fault: { kind: 'delayed-visibility', milliseconds: 400 } },
  ]);
  emulator.resetCalls();
  const { code } = await apply();
  assert.equal(code, 0);
  const looks = emulator.calls.filter(({ operation }) => operation === 'GetLoginProfile').length;
  assert.ok(looks >= 3, `${looks} looks: one before, at least two after`);
});

test('apply calls an account failed whose deletion is answered and not done', async (t) => {
  const { plan, apply, emulator, deletions } = await createPlanned(t);
  await plan();
  emulator.setFaults([{ match: { operation: 'DeactivateMFADevice', nth: 2 }, fault: { kind: 'lie' } }]);
  let now = Date.parse('2026-11-23T09:00:00Z');
  const clock = {
    now: () => new Date(now),
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
    random: () => 0.5,
  };
  const { code, stdout } = await apply(undefined, { clock });
  assert.equal(code, 6);
  assert.match(
    stdout,
    /✗ 333333333333 shop: failed: AWS accepted the deletion of mfa-device arn:aws:iam::333333333333:mfa\/second and still lists it after 60 s; gone before that: password, mfa-device arn:aws:iam::333333333333:mfa\/first\n/,
  );
  assert.match(stdout, /2 credentials deleted and proven gone; 0 accounts done, .+1 failed/);
  assert.deepEqual(deletions(), [`DeleteLoginProfile ${ACCOUNT}`, `DeactivateMFADevice ${ACCOUNT}`]);
});

test('apply proves a deletion whose answer was lost', async (t) => {
  const { plan, apply, emulator } = await createPlanned(t);
  await plan();
  emulator.setFaults([
    { match: { operation: 'DeleteLoginProfile', nth: 1 }, fault: { kind: 'drop', when: 'after-effect' } },
  ]);
  const { code, stdout } = await apply();
  assert.equal(code, 0);
  assert.match(stdout, /✓ 333333333333 shop: deleted as planned, and proven gone\n/);
  assert.equal(emulator.account(ACCOUNT).password, undefined);
});
