import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '../../../src/core/action/credentials.js';
import { CONTROL_IDS, CONTROLS, judgeControls } from '../../../src/core/doctor/control.js';
import { ACCESS_KEY, CERTIFICATE, PASSWORD } from '../fixtures.js';

const device = (id: string): Credential => ({ kind: 'mfa-device', id, created: '2020-01-01T00:00:00Z' });
const VIRTUAL = device('arn:aws:iam::222222222222:mfa/root-account-mfa-device');
const KEY = device('arn:aws:iam::222222222222:u2f/root/yubikey-R1234EXAMPLE');
const TOKEN = device('GAKT12345678');

const judge = (...credentials: Credential[]) =>
  Object.values(judgeControls({ kind: 'audited', by: 'listing', credentials })).join(' ');

for (const [what, credentials, results] of [
  ['nothing', [], 'met not-applicable not-applicable'],
  ['a signing certificate', [CERTIFICATE], 'met not-applicable not-applicable'],
  ['an access key', [ACCESS_KEY], 'not-met not-applicable not-applicable'],
  [
    'an inactive access key',
    [{ ...ACCESS_KEY, status: 'Inactive' }],
    'not-met not-applicable not-applicable',
  ],
  ['a password alone', [PASSWORD], 'met not-met not-met'],
  ['a password and a virtual device', [PASSWORD, VIRTUAL], 'met not-met met'],
  ['a password and a security key', [PASSWORD, KEY], 'met met met'],
  ['a password and a hardware token', [PASSWORD, TOKEN], 'met met met'],
  ['a password, a security key and a virtual device', [PASSWORD, KEY, VIRTUAL], 'met not-met met'],
  [
    'a password and a device of a form that nobody knows',
    [PASSWORD, device('arn:aws:iam::222222222222:sms/x')],
    'met not-known met',
  ],
  ['an MFA device and no password', [VIRTUAL], 'met not-applicable not-applicable'],
] as const) {
  test(`of a root user with ${what}, the controls ${CONTROL_IDS.join(', ')} are ${results.replaceAll(' ', ', ')}`, () => {
    assert.equal(judge(...credentials), results);
  });
}

test('of an account that nobody could look at, no control is met (promise 4)', () => {
  const unknown = judgeControls({ kind: 'unknown', cause: 'denied-by-scp', message: 'denied' });
  for (const results of [unknown, judgeControls(undefined)])
    assert.deepEqual(Object.values(results), ['not-known', 'not-known', 'not-known']);
});

test('every control has its source and its place in each edition of the benchmark', () => {
  assert.deepEqual(
    CONTROLS.map(({ id }) => id),
    CONTROL_IDS,
  );
  for (const { source, cis } of CONTROLS) {
    assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\/.*#iam-\d$/);
    for (const number of Object.values(cis)) assert.match(number, /^1\.\d+$/);
  }
});
