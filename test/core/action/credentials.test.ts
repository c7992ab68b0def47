import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareText,
  countKinds,
  describeUse,
  nameCredential,
  sortCredentials,
} from '../../../src/core/action/credentials.js';
import { ACCESS_KEY, CERTIFICATE, MFA_DEVICE, PASSWORD } from '../fixtures.js';

const SAFE = [ACCESS_KEY, { ...ACCESS_KEY, id: 'AKIAZ' }, CERTIFICATE, PASSWORD, MFA_DEVICE];

test('sortCredentials puts keys, certificates, password and MFA in this order, whatever the order was', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(SAFE, { minLength: SAFE.length }), (shuffled) => {
      assert.deepEqual(sortCredentials(shuffled), SAFE);
    }),
  );
});

test('sortCredentials leaves its argument as it is', () => {
  const given = [MFA_DEVICE, PASSWORD];
  sortCredentials(given);
  assert.deepEqual(given, [MFA_DEVICE, PASSWORD]);
});

test('nameCredential is the kind alone when there is no id', () => {
  assert.equal(nameCredential(PASSWORD), 'password');
});

test('nameCredential is kind and id when there is one', () => {
  assert.equal(nameCredential(ACCESS_KEY), 'access-key AKIAIOSFODNN7EXAMPLE');
});

const USES = [
  [PASSWORD, 'created 2019-02-04T00:00:00Z'],
  [CERTIFICATE, 'Active, created 2012-01-01T00:00:00Z'],
  [ACCESS_KEY, 'Active, created 2019-01-01T00:00:00Z, never used'],
  [
    {
      ...ACCESS_KEY,
      lastUsed: { kind: 'used', at: '2024-03-01T10:00:00Z', service: 's3', region: 'us-east-1' },
    },
    'Active, created 2019-01-01T00:00:00Z, last used 2024-03-01T10:00:00Z s3 us-east-1',
  ],
  [
    { ...PASSWORD, lastUsed: { kind: 'used', at: '2024-03-01T10:00:00Z' } },
    'created 2019-02-04T00:00:00Z, last used 2024-03-01T10:00:00Z',
  ],
] as const;
for (const [credential, text] of USES) {
  test(`describeUse says "${text}"`, () => {
    assert.equal(describeUse(credential), text);
  });
}

test('countKinds counts each kind, with zeros', () => {
  assert.deepEqual(countKinds([PASSWORD, ACCESS_KEY, ACCESS_KEY]), {
    'access-key': 2,
    'signing-certificate': 0,
    password: 1,
    'mfa-device': 0,
  });
});

test('compareText orders by code unit when a locale would not', () => {
  assert.deepEqual(['a', 'B', 'ä', 'Z'].sort(compareText), ['B', 'Z', 'a', 'ä']);
});
