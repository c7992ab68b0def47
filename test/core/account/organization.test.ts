import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unitPath } from '../../../src/core/account/organization.js';

const names = new Map([
  ['ou-exmp-11111111', 'Workloads'],
  ['ou-exmp-22222222', 'Prod'],
]);

test('unitPath is / when the account is in the root', () => {
  assert.equal(unitPath(['r-exmp'], names), '/');
});

test('unitPath names the units from the root down', () => {
  assert.equal(unitPath(['r-exmp', 'ou-exmp-11111111', 'ou-exmp-22222222'], names), '/Workloads/Prod');
});

test('unitPath is not known when AWS did not return the place of the account', () => {
  assert.equal(unitPath([], names), undefined);
});

test('unitPath is not known when one name on the way is not', () => {
  assert.equal(unitPath(['r-exmp', 'ou-exmp-33333333', 'ou-exmp-22222222'], names), undefined);
});

test('unitPath encodes % when a name holds it, so that "a%2Fb" and "a/b" stay two names', () => {
  const path = (name: string) => unitPath(['r-exmp', 'ou-x'], new Map([['ou-x', name]]));
  assert.deepEqual([path('a%2Fb'), path('a/b')], ['/a%252Fb', '/a%2Fb']);
});
