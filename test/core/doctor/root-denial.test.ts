import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../../src/core/account/organization.js';
import { findRootDenial, mentionsRootSessions } from '../../../src/core/doctor/root-denial.js';
import { parsePolicyDocument } from '../../../src/core/iam/policy-statement.js';
import type { IamPolicyDocument } from '../../../src/emulator/policy/document.js';
import { statementsMatch } from '../../../src/emulator/policy/evaluate.js';

const ORGANIZATION = { id: 'o-exampleorgid', partition: 'aws', managementAccount: '111111111111' };
const ACCOUNT: Account = {
  id: '333333333333',
  name: 'shop',
  email: 'shop@example.com',
  state: 'ACTIVE',
  parents: ['r-ab12', 'ou-ab12-11111111'],
  joined: '2020-01-01T00:00:00Z',
  joinedMethod: 'CREATED',
};
const ROOT = { 'aws:PrincipalArn': 'arn:aws:iam::*:root' };

const VARIABLE = ['$', '{aws:PrincipalAccount}'].join('');

type Statement = Readonly<Record<string, unknown>>;
type Expected = 'plan' | 'apply' | 'open' | 'nothing';

function examine(content: string) {
  const document = parsePolicyDocument(content);
  assert.ok(document !== undefined);
  return { document, denial: findRootDenial(document, [ACCOUNT], ORGANIZATION) };
}

function classify(content: string): Expected {
  const { denied, open } = examine(content).denial;
  if (denied.plan.length > 0) return 'plan';
  if (denied.apply.length > 0) return 'apply';
  return open.length > 0 ? 'open' : 'nothing';
}

const deny = (statement: Statement): Statement => ({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  ...statement,
});

const SHAPES: readonly (readonly [shape: string, statement: Statement, expected: Expected])[] = [
  ['denies root by StringLike', deny({ Condition: { StringLike: ROOT } }), 'plan'],
  [
    'denies root by ArnLike, in a list',
    deny({ Condition: { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] } } }),
    'plan',
  ],
  ['denies root by ArnEquals', deny({ Condition: { ArnEquals: ROOT } }), 'plan'],
  [
    'spells the key in small letters',
    deny({ Condition: { StringLike: { 'aws:principalarn': '*:root' } } }),
    'plan',
  ],
  [
    'exempts root sessions',
    deny({ Condition: { StringLike: ROOT, Null: { 'aws:AssumedRoot': 'true' } } }),
    'nothing',
  ],
  [
    'exempts root sessions by a boolean',
    deny({ Condition: { StringLike: ROOT, Null: { 'aws:AssumedRoot': true } } }),
    'nothing',
  ],
  [
    'exempts root sessions by BoolIfExists',
    deny({ Condition: { StringLike: ROOT, BoolIfExists: { 'aws:AssumedRoot': 'false' } } }),
    'nothing',
  ],
  ['denies root sessions alone', deny({ Condition: { Bool: { 'aws:AssumedRoot': 'true' } } }), 'plan'],
  [
    'denies everybody but a role',
    deny({ Action: 'iam:*', Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Admin' } } }),
    'plan',
  ],
  ['denies everybody but root', deny({ Condition: { ArnNotLike: ROOT } }), 'nothing'],
  [
    'denies one account',
    deny({ Condition: { StringEquals: { 'aws:PrincipalAccount': '333333333333' } } }),
    'plan',
  ],
  [
    'denies another account',
    deny({ Condition: { StringEquals: { 'aws:PrincipalAccount': '444444444444' } } }),
    'nothing',
  ],
  [
    'denies by a variable',
    deny({ Condition: { StringLike: { 'aws:PrincipalArn': `arn:aws:iam::${VARIABLE}:root` } } }),
    'plan',
  ],
  [
    'denies other regions, and leaves IAM out',
    deny({
      Action: undefined,
      NotAction: ['iam:*', 'sts:*'],
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    }),
    'nothing',
  ],
  [
    'denies other regions, IAM too',
    deny({ Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } } }),
    'plan',
  ],
  ['denies what nobody of IAM needs', deny({ Action: ['s3:*', 'iam:CreateUser'] }), 'nothing'],
  ['denies reading one list', deny({ Action: 'iam:ListAccessKeys' }), 'plan'],
  ['denies deletions only', deny({ Action: ['IAM:DeleteAccess*', 'iam:deactivatemfadevice'] }), 'apply'],
  [
    'denies the root user as resource',
    deny({ Action: 'iam:DeleteLoginProfile', Resource: 'arn:aws:iam::*:root' }),
    'apply',
  ],
  [
    'denies other resources',
    deny({ Action: undefined, NotAction: 'iam:GetAccountSummary', Resource: 'arn:aws:iam::*:user/*' }),
    'nothing',
  ],
  [
    'denies all but the root user as resource',
    deny({ Action: 'iam:Delete*', Resource: undefined, NotResource: 'arn:aws:iam::*:root' }),
    'nothing',
  ],
  ['denies whoever has no tag', deny({ Condition: { Null: { 'aws:PrincipalTag/admin': 'true' } } }), 'plan'],
  [
    'denies whoever has a tag',
    deny({ Condition: { StringEquals: { 'aws:PrincipalTag/admin': 'no' } } }),
    'nothing',
  ],
  [
    'denies without MFA',
    deny({ Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } }),
    'open',
  ],
  [
    'denies from elsewhere',
    deny({ Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }),
    'open',
  ],
  [
    'denies root from elsewhere, and others',
    deny({ Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, ArnNotLike: ROOT } }),
    'nothing',
  ],
  [
    'denies below a unit',
    deny({
      Condition: {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/r-ab12/ou-ab12-11111111/*' },
      },
    }),
    'plan',
  ],
  [
    'denies below another unit',
    deny({
      Condition: {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorgid/r-ab12/ou-ab12-22222222/*' },
      },
    }),
    'nothing',
  ],
  [
    'has an operator that nobody knows',
    deny({ Condition: { constructor: { 'aws:PrincipalAccount': '333333333333' } } }),
    'open',
  ],
  ['has a condition that is none', deny({ Condition: 'perhaps' }), 'open'],
  ['has an action that is none', deny({ Action: { s3: '*' } }), 'open'],
  ['has an effect that nobody knows', deny({ Effect: 'Perhaps' }), 'open'],
  ['allows', { Effect: 'Allow', Action: '*', Resource: '*' }, 'nothing'],
];

for (const [shape, statement, expected] of SHAPES) {
  const content = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

  test(`a policy that ${shape} denies ${expected}`, () => {
    assert.equal(classify(content), expected);
    if (expected !== 'nothing') assert.ok(mentionsRootSessions(examine(content).document));
  });

  if (expected === 'plan' || expected === 'apply') {
    test(`a policy that ${shape} denies nothing once it is corrected`, () => {
      const { corrected, document } = examine(content).denial;
      assert.equal(classify(document), 'nothing');
      assert.deepEqual(
        JSON.parse(document).Statement,
        corrected.map((it) => JSON.parse(it)),
      );
    });
  }

  if (expected !== 'open') {
    test(`the emulator comes to the same of a policy that ${shape}`, () => {
      const request = (action: string) => ({
        action,
        resource: action === 'iam:GetAccountSummary' ? '*' : `arn:aws:iam::${ACCOUNT.id}:root`,
        context: {
          'aws:principalarn': `arn:aws:iam::${ACCOUNT.id}:root`,
          'aws:principalaccount': ACCOUNT.id,
          'aws:principalorgid': ORGANIZATION.id,
          'aws:assumedroot': 'true',
          'aws:requestedregion': 'us-east-1',
        },
      });
      if (/ForAnyValue|SourceIp/.test(content)) return;
      const policy = JSON.parse(content) as IamPolicyDocument;
      const denies = (...actions: string[]) =>
        actions.some((action) => statementsMatch(policy, 'Deny', request(`iam:${action}`)));
      const reads = ['GetAccountSummary', 'GetUser', 'ListAccessKeys', 'ListMFADevices', 'GetLoginProfile'];
      const found = denies(...reads)
        ? 'plan'
        : denies('DeleteAccessKey', 'DeleteLoginProfile', 'DeactivateMFADevice', 'DeleteSigningCertificate')
          ? 'apply'
          : 'nothing';
      assert.equal(found, expected);
    });
  }
}

test('only the statements that deny are corrected, and everything else of the document stays', () => {
  const others = { Sid: "Keep'this", Effect: 'Deny', Action: 's3:*', Resource: '*' };
  const content = JSON.stringify({
    Version: '2012-10-17',
    Id: 'x',
    Statement: [others, deny({ Sid: 'Root' })],
  });
  const { corrected, document } = examine(content).denial;
  assert.equal(corrected.length, 1);
  assert.deepEqual(JSON.parse(document), {
    Version: '2012-10-17',
    Id: 'x',
    Statement: [others, { ...deny({ Sid: 'Root' }), Condition: { Null: { 'aws:AssumedRoot': 'true' } } }],
  });
  assert.ok(!document.includes("'"));
});

test('a document with one statement that is no list is read', () => {
  assert.equal(classify(JSON.stringify({ Statement: deny({}) })), 'plan');
});

for (const content of ['', '{', '[]', 'null', '{}', '{"Statement":[]}', '{"Statement":["Deny"]}']) {
  test(`${JSON.stringify(content)} is no policy`, () => {
    assert.equal(parsePolicyDocument(content), undefined);
  });
}

test('a glob of many stars is matched in no time', () => {
  const content = JSON.stringify({ Statement: deny({ Action: `${'*a'.repeat(4000)}x` }) });
  const started = performance.now();
  assert.equal(classify(content), 'nothing');
  assert.ok(performance.now() - started < 2_000);
});
