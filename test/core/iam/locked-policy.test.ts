import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeLock, type PlacedPolicy } from '../../../src/core/iam/locked-policy.js';
import { findUnlockFindings } from '../../../src/core/plan/unlock-findings.js';

const OWNER = { account: '333333333333', organization: 'o-exampleorgid', partition: 'aws' };
const EVERYONE = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };

type Statement = Readonly<Record<string, unknown>>;
type Verdict = 'locked' | 'not-locked' | 'unclear';

function judge(document: string, kind: PlacedPolicy['kind'] = 'unlock-bucket') {
  return judgeLock({ kind, name: 'logs', region: 'eu-west-1', document }, OWNER);
}

const write = (...statements: readonly Statement[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

const BUCKETS: readonly (readonly [what: string, statement: Statement, verdict: Verdict, denial: string])[] =
  [
    ['everyone everything', EVERYONE, 'locked', 'statement 1 denies everyone s3:*'],
    [
      'everyone by AWS: *',
      { ...EVERYONE, Principal: { AWS: ['*'] } },
      'locked',
      'statement 1 denies everyone s3:*',
    ],
    [
      'everyone, of the bucket and what is in it',
      { ...EVERYONE, Sid: 'Lock', Resource: ['arn:aws:s3:::logs', 'arn:aws:s3:::logs/*'] },
      'locked',
      'statement "Lock" denies everyone s3:* on arn:aws:s3:::logs, arn:aws:s3:::logs/*',
    ],
    [
      'everyone what changes the policy',
      { ...EVERYONE, Action: ['s3:PutBucketPolicy', 's3:deletebucketpolicy'] },
      'locked',
      'statement 1 denies everyone s3:PutBucketPolicy, s3:deletebucketpolicy',
    ],
    [
      'everyone to put a policy, and nobody to delete it',
      { ...EVERYONE, Action: 's3:PutBucketPolicy' },
      'not-locked',
      'statement 1 denies everyone s3:PutBucketPolicy',
    ],
    [
      'everyone the objects only',
      { ...EVERYONE, Resource: 'arn:aws:s3:::logs/*' },
      'not-locked',
      'statement 1 denies everyone s3:* on arn:aws:s3:::logs/*',
    ],
    [
      'everyone all but what changes the policy',
      { Effect: 'Deny', Principal: '*', NotAction: 's3:*BucketPolicy', Resource: '*' },
      'not-locked',
      'statement 1 denies everyone everything but s3:*BucketPolicy',
    ],
    [
      'one role',
      { ...EVERYONE, Principal: { AWS: 'arn:aws:iam::333333333333:role/old' } },
      'not-locked',
      'statement 1 denies arn:aws:iam::333333333333:role/old s3:*',
    ],
    [
      'a service, whichever it is',
      { ...EVERYONE, Principal: { Service: '*' } },
      'not-locked',
      'statement 1 denies Service * s3:*',
    ],
    [
      'another account',
      { ...EVERYONE, Principal: { AWS: '444444444444' } },
      'not-locked',
      'statement 1 denies 444444444444 s3:*',
    ],
    [
      'the account itself, as a principal',
      { ...EVERYONE, Principal: { AWS: 'arn:aws:iam::333333333333:root' } },
      'unclear',
      'statement 1 denies arn:aws:iam::333333333333:root s3:*',
    ],
    [
      'everyone but a role, which may be gone',
      {
        Effect: 'Deny',
        NotPrincipal: { AWS: 'arn:aws:iam::333333333333:role/x' },
        Action: 's3:*',
        Resource: '*',
      },
      'unclear',
      'statement 1 denies everyone but arn:aws:iam::333333333333:role/x s3:*',
    ],
    [
      'everyone outside a VPC endpoint',
      { ...EVERYONE, Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } },
      'unclear',
      'statement 1 denies everyone s3:*, depending on aws:SourceVpce',
    ],
    [
      'everyone without TLS',
      { ...EVERYONE, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      'not-locked',
      'statement 1 denies everyone s3:*, but nobody of the account, by aws:SecureTransport',
    ],
    [
      'everyone of other organizations',
      { ...EVERYONE, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } },
      'not-locked',
      'statement 1 denies everyone s3:*, but nobody of the account, by aws:PrincipalOrgID',
    ],
    [
      'everyone of this organization, by a mistyped id',
      { ...EVERYONE, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgif' } } },
      'locked',
      'statement 1 denies everyone s3:*, by aws:PrincipalOrgID',
    ],
    [
      'with an effect that AWS does not know',
      { ...EVERYONE, Effect: 'deny' },
      'unclear',
      'statement 1 neither allows nor denies: its effect is none that AWS knows',
    ],
    [
      'whom nobody can read',
      { ...EVERYONE, Principal: [['*']] },
      'unclear',
      'statement 1 denies nobody knows whom s3:*',
    ],
    [
      'with a name that would mislead',
      { ...EVERYONE, Sid: 'Allow\u202e"' },
      'locked',
      'statement "Allow\\u202e\\"" denies everyone s3:*',
    ],
    [
      'many principals',
      { ...EVERYONE, Principal: { AWS: ['1', '2', '3', '4', '5'] } },
      'not-locked',
      'statement 1 denies 1, 2, 3 and 2 more s3:*',
    ],
  ];

for (const [what, statement, verdict, denial] of BUCKETS) {
  test(`judgeLock finds "${verdict}" where a bucket's policy denies ${what}`, () => {
    assert.deepEqual(judge(write(statement)), { verdict, denials: [denial] });
  });
}

test('judgeLock puts statements together: each denies a part, and nothing is left', () => {
  const document = write(
    { ...EVERYONE, Action: 's3:PutBucketPolicy' },
    { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
    { ...EVERYONE, Action: 's3:Delete*' },
  );
  assert.deepEqual(judge(document), {
    verdict: 'locked',
    denials: ['statement 1 denies everyone s3:PutBucketPolicy', 'statement 3 denies everyone s3:Delete*'],
  });
});

test('judgeLock finds a queue locked only where everyone is denied its attributes', () => {
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: 'arn:aws:sqs:eu-west-1:333333333333:logs',
  };
  assert.equal(judge(write(statement), 'unlock-queue').verdict, 'locked');
  assert.equal(
    judge(write({ ...statement, Action: 'sqs:SendMessage' }), 'unlock-queue').verdict,
    'not-locked',
  );
  assert.equal(
    judge(write({ ...statement, Resource: 'arn:aws:sqs:us-east-1:333333333333:logs' }), 'unlock-queue')
      .verdict,
    'not-locked',
  );
});

for (const document of [
  '',
  'no JSON',
  '[]',
  '{"Statement":"Deny"}',
  '{"Statement":[]}',
  '{"Statement":[1]}',
]) {
  test(`judgeLock says that nobody can tell what ${JSON.stringify(document)} does`, () => {
    const lock = judge(document);
    assert.deepEqual(lock, { verdict: 'unclear', denials: [] });
    const place = { kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1', document } as const;
    assert.match(findUnlockFindings(place, OWNER)[0]?.message ?? '', /cannot read this policy/);
  });
}

const LOCKING = write(EVERYONE);
const OPEN = write({ ...EVERYONE, Principal: { AWS: '444444444444' } });
const UNCLEAR = write({ ...EVERYONE, Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } });

for (const [what, document, replacement, codes] of [
  ['a policy that locks everyone out', LOCKING, undefined, []],
  ['a policy that does not', OPEN, undefined, ['policy-not-locking']],
  ['a policy that may', UNCLEAR, undefined, ['policy-not-locking']],
  ['a replacement that locks nobody out', LOCKING, OPEN, []],
  ['a replacement that locks everyone out', LOCKING, LOCKING, ['replacement-locking']],
  ['a replacement that may', OPEN, UNCLEAR, ['policy-not-locking', 'replacement-locking']],
] as const) {
  test(`findUnlockFindings finds what a reviewer must know of ${what}`, () => {
    const place = { kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1', document } as const;
    const found = findUnlockFindings({ ...place, ...(replacement && { replacement }) }, OWNER);
    assert.deepEqual(
      found.map(({ code }) => code),
      codes,
    );
  });
}
