import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential, LastUsed } from '../../../src/core/action/credentials.js';
import { judgeDeletion } from '../../../src/core/policy/permission.js';
import type { Waiver } from '../../../src/core/policy/policy.js';
import { ACCESS_KEY, CERTIFICATE, MFA_DEVICE, NOW, PASSWORD, policyOf } from '../fixtures.js';

/** NOW less 90 days is 2026-08-25T09:00:00Z. */
const BOUNDARY = '2026-08-25T09:00:00Z';
const LATER = '2026-08-25T09:00:01Z';
const LONG_AGO = '2019-01-01T00:00:00Z';
const used = (at: string): LastUsed => ({ kind: 'used', at });
const NEVER: LastUsed = { kind: 'never' };

function keyOf(created: string, lastUsed?: LastUsed): Credential {
  const { lastUsed: _, ...key } = ACCESS_KEY;
  return { ...key, created, ...(lastUsed === undefined ? {} : { lastUsed }) };
}

function waiverOf({ kind, id = '' }: Credential, until: string): Waiver {
  assert(kind === 'access-key' || kind === 'signing-certificate');
  return { kind, id, place: 'waivers[0]', line: 7, reason: 'moved to a role', until };
}

const KEYS: readonly [what: string, key: Credential, kind: 'allowed' | 'guarded'][] = [
  ['was last used 90 days ago', keyOf(LONG_AGO, used(BOUNDARY)), 'allowed'],
  ['was last used a second later', keyOf(LONG_AGO, used(LATER)), 'guarded'],
  ['was never used and is 90 days old', keyOf(BOUNDARY, NEVER), 'allowed'],
  ['was never used and is a second younger', keyOf(LATER, NEVER), 'guarded'],
  ['is old, and nobody knows when it was used', keyOf(LONG_AGO), 'guarded'],
  ['was last used at no time', keyOf(LONG_AGO, used('some day')), 'guarded'],
  ['was last used at a time still to come', keyOf(LONG_AGO, used('2027-01-01T00:00:00Z')), 'guarded'],
  ['was used before it was created, not long ago', keyOf(LATER, used(LONG_AGO)), 'guarded'],
  ['was never used, and was created at no time', keyOf('some day', NEVER), 'guarded'],
];
for (const [what, key, kind] of KEYS) {
  test(`judgeDeletion says ${kind} of an access key that ${what}`, () => {
    assert.equal(judgeDeletion(key, policyOf(), NOW).kind, kind);
  });
}

for (const credential of [PASSWORD, MFA_DEVICE]) {
  test(`judgeDeletion has no guard for a ${credential.kind}`, () => {
    assert.deepEqual(judgeDeletion(credential, policyOf(), NOW), { kind: 'unguarded' });
  });
}

test('judgeDeletion keeps a certificate that no waiver names, however old it is', () => {
  assert.deepEqual(judgeDeletion(CERTIFICATE, policyOf({ unusedFor: 1 }), NOW), {
    kind: 'guarded',
    why: 'AWS does not record when it was last used; only a waiver lets it go',
  });
});

const BUSY = keyOf(LONG_AGO, { kind: 'used', at: LATER, service: 's3', region: 'us-east-1' });
for (const credential of [BUSY, keyOf(LONG_AGO), CERTIFICATE]) {
  test(`judgeDeletion lets ${credential.kind} ${JSON.stringify(credential.lastUsed)} go by its waiver`, () => {
    const waivers = [waiverOf(credential, '2026-11-23')];
    assert.deepEqual(judgeDeletion(credential, policyOf({ waivers }), NOW), {
      kind: 'allowed',
      by: 'waivers[0] (line 7), until 2026-11-23: moved to a role',
    });
  });
}

test('judgeDeletion keeps a key that a waiver of another key, or of a certificate of its name, is about', () => {
  const other = waiverOf({ ...BUSY, id: 'AKIAI44QH8DHBEXAMPLE' }, '2027-03-31');
  const certificate = { ...waiverOf(BUSY, '2027-03-31'), kind: 'signing-certificate' } as const;
  assert.equal(judgeDeletion(BUSY, policyOf({ waivers: [other, certificate] }), NOW).kind, 'guarded');
});

test('judgeDeletion keeps a key whose waiver has ended, and says so', () => {
  const waivers = [waiverOf(BUSY, '2026-11-22')];
  assert.deepEqual(judgeDeletion(BUSY, policyOf({ waivers }), NOW), {
    kind: 'guarded',
    why: 'last used on 2026-08-25T09:00:01Z by s3 in us-east-1; guards.access-key.unusedFor asks for 90d; waivers[0] (line 7) ended on 2026-11-22',
  });
});

test('judgeDeletion keeps a key whose waiver ends on no day of the calendar', () => {
  const waivers = [waiverOf(BUSY, '2026-99-99')];
  assert.equal(judgeDeletion(BUSY, policyOf({ waivers }), NOW).kind, 'guarded');
});

test('judgeDeletion names the guard, not the waiver, when both let a key go', () => {
  const key = keyOf(LONG_AGO, used(BOUNDARY));
  const waivers = [waiverOf(key, '2027-03-31')];
  assert.deepEqual(judgeDeletion(key, policyOf({ waivers }), NOW), {
    kind: 'allowed',
    by: 'guards.access-key.unusedFor 90d: last used on 2026-08-25T09:00:00Z',
  });
});
