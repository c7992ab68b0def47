import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSamePolicy } from '../../../src/core/iam/same-policy.js';

const GIVEN = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ['333333333333'] },
      Action: ['s3:GetObject', 's3:Put*'],
      Resource: 'a',
    },
    { Sid: 'B', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: ['b'] },
  ],
});

const SAME: readonly (readonly [what: string, document: string])[] = [
  ['white space', JSON.stringify(JSON.parse(GIVEN), null, 4)],
  ['the order of statements', rewrite(([a, b]) => [b, a])],
  ['the order of actions', GIVEN.replace('"s3:GetObject","s3:Put*"', '"s3:Put*","s3:GetObject"')],
  ['a list of one', GIVEN.replace('["b"]', '"b"')],
  ['the name of an account', GIVEN.replace('"333333333333"', '"arn:aws:iam::333333333333:root"')],
  ['the order of keys', GIVEN.replace('"Effect":"Deny","Principal":"*"', '"Principal":"*","Effect":"Deny"')],
];

const OTHER: readonly (readonly [what: string, document: string])[] = [
  ['one statement less', rewrite(([a]) => [a])],
  ['another effect', GIVEN.replace('Deny', 'Allow')],
  ['another account', GIVEN.replace('333333333333', '333333333334')],
  [
    'a role in place of the account',
    GIVEN.replace('"333333333333"', '"arn:aws:iam::333333333333:role/root"'),
  ],
  ['another resource', GIVEN.replace('["b"]', '["c"]')],
  ['nothing', ''],
];

function rewrite(change: (statements: unknown[]) => unknown[]): string {
  const { Version, Statement } = JSON.parse(GIVEN) as { Version: string; Statement: unknown[] };
  return JSON.stringify({ Version, Statement: change(Statement) });
}

for (const [what, document] of SAME) {
  test(`isSamePolicy does not mind ${what}`, () => {
    assert.notEqual(document, GIVEN);
    assert.equal(isSamePolicy(GIVEN, document), true);
  });
}

for (const [what, document] of OTHER) {
  test(`isSamePolicy minds ${what}`, () => {
    assert.equal(isSamePolicy(GIVEN, document), false);
    assert.equal(isSamePolicy(document, GIVEN), false);
  });
}

test('isSamePolicy takes what is no JSON for the same only where it is the same text', () => {
  assert.equal(isSamePolicy('no JSON', 'no JSON'), true);
  assert.equal(isSamePolicy('no JSON', 'no  JSON'), false);
});
