import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../src/emulator/faults/rule.js';
import { createPlanned, SCENARIO } from './planned.js';

const ACCOUNT = '333333333333';
const EVERYTHING = SCENARIO.replace(
  'password: { created: 2019-02-04T00:00:00Z }',
  '$&\n      accessKeys: 2\n      signingCertificates: [TA7SMP42TDN5Z26OBPJE7EXAMPLE]',
);
const POLICY = `version: 1
delete: [mfa-device, password, signing-certificate, access-key]
waivers: [{ signing-certificate: TA7SMP42TDN5Z26OBPJE7EXAMPLE, reason: not used any more, until: 2026-12-31 }]
findings: { access-key-present: warn, signing-certificate-present: warn }
`;

test('apply deletes access keys, certificates, the password, and MFA devices last', async (t) => {
  const { plan, apply, deletions } = await createPlanned(t, { scenario: EVERYTHING, policy: POLICY });
  assert.equal((await plan()).code, 0);
  assert.equal((await apply()).code, 0);
  assert.deepEqual(
    deletions().map((deletion) => deletion.split(' ')[0]),
    [
      'DeleteAccessKey',
      'DeleteAccessKey',
      'DeleteSigningCertificate',
      'DeleteLoginProfile',
      'DeactivateMFADevice',
      'DeactivateMFADevice',
    ],
  );
});

const FAILURES: readonly { readonly what: string; readonly fault: Fault }[] = [
  { what: 'is denied', fault: { kind: 'access-denied', message: 'denied' } },
  { what: 'is answered and not done', fault: { kind: 'lie' } },
];

for (const { what, fault } of FAILURES) {
  test(`apply keeps the MFA devices of an account whose password deletion ${what}`, async (t) => {
    const { plan, apply, deletions, emulator } = await createPlanned(t, {
      scenario: EVERYTHING,
      policy: POLICY,
    });
    await plan();
    emulator.setFaults([{ match: { operation: 'DeleteLoginProfile' }, fault }]);
    const { code, stdout } = await apply(undefined, { clock: hurriedClock() });
    assert.equal(code, 6);
    assert.match(stdout, /✗ 333333333333 shop: failed: /);
    assert.equal(deletions().length, 3);
    assert.equal(emulator.account(ACCOUNT).mfaDevices.length, 2);
    assert.notEqual(emulator.account(ACCOUNT).password, undefined);
  });
}

test('apply keeps the MFA devices of an account that gets a new password while it works', async (t) => {
  const { plan, apply, deletions, emulator } = await createPlanned(t);
  await plan();
  // The first device is looked for after its deletion; right then, somebody recovers the password.
  emulator.setFaults([
    {
      match: { operation: 'DeactivateMFADevice', nth: 1 },
      fault: { kind: 'change-account', change: { add: { password: { created: '2026-11-23T08:59:00Z' } } } },
    },
  ]);
  const { code, stdout } = await apply();
  assert.equal(code, 6);
  assert.match(
    stdout,
    /failed: the account changed while it was being worked on; it now holds password, created 2026/,
  );
  assert.deepEqual(deletions(), [`DeleteLoginProfile ${ACCOUNT}`, `DeactivateMFADevice ${ACCOUNT}`]);
});

test('apply does not delete a password that replaced the planned one while an access key was deleted', async (t) => {
  const { plan, apply, emulator } = await createPlanned(t, { scenario: EVERYTHING, policy: POLICY });
  await plan();
  emulator.setFaults([
    {
      match: { operation: 'DeleteAccessKey', nth: 2 },
      fault: {
        kind: 'change-account',
        change: { remove: { password: true }, add: { password: { created: '2026-11-23T08:59:00Z' } } },
      },
    },
  ]);
  assert.equal((await apply()).code, 6);
  assert.notEqual(emulator.account(ACCOUNT).password, undefined);
});

/** Waits take no time, and pass on the clock all the same. */
function hurriedClock() {
  let now = Date.parse('2026-11-23T09:00:00Z');
  return {
    now: () => new Date(now),
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
    random: () => 0.5,
  };
}
