import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteLoginProfileCommand, GetAccountSummaryCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import type { DocumentStatement, IamPolicyDocument } from '../../src/emulator/policy/document.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { openBench, taskArn } from './clients.js';

const AUDIT = 'IAMAuditRootUserCredentials';

function deny(condition: NonNullable<DocumentStatement['Condition']>, action = '*'): IamPolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: action, Resource: '*', Condition: condition }],
  };
}

function scenario(policy: IamPolicyDocument, target = '/Workloads'): Scenario {
  return {
    organization: { id: 'o-exampleorgid', managementAccount: '111111111111' },
    delegatedAdministrators: ['333333333333'],
    accounts: [
      { id: '222222222222', ou: '/Workloads/Prod', root: { password: true } },
      { id: '333333333333', ou: '/Security' },
    ],
    callers: { operator: {}, delegate: { account: '333333333333' } },
    scps: [{ id: 'p-exampledenial', target, policy }],
  };
}

const DENY_ROOT = deny({ StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] } });
const ARN =
  'arn:aws:organizations::111111111111:policy/o-exampleorgid/service_control_policy/p-exampledenial';

async function summarize(policy: IamPolicyDocument, target?: string, replies?: Scenario['replies']) {
  await using bench = await openBench({ ...scenario(policy, target), ...(replies && { replies }) });
  const iam = await bench.rootSession('222222222222', AUDIT);
  return await iam.send(new GetAccountSummaryCommand({}));
}

test('a policy that denies root denies the calls of a root session, not AssumeRoot', async () => {
  await assert.rejects(summarize(DENY_ROOT), {
    name: 'AccessDenied',
    message: `User: arn:aws:iam::222222222222:root is not authorized to perform: iam:GetAccountSummary on resource: * with an explicit deny in a service control policy: ${ARN}`,
  });
});

test('a denial ends without the policy ARN when the scenario says so', async () => {
  await assert.rejects(
    summarize(DENY_ROOT, '/Workloads', { policyArnInDenials: false }),
    /with an explicit deny in a service control policy$/,
  );
});

for (const target of ['/', '/Workloads', '/Workloads/Prod', '222222222222']) {
  test(`a policy attached to ${target} reaches the account below`, async () => {
    await assert.rejects(summarize(DENY_ROOT, target), { name: 'AccessDenied' });
  });
}

for (const target of ['/Security', '/Workloads/Test', '333333333333']) {
  test(`a policy attached to ${target} does not reach other accounts`, async () => {
    await summarize(DENY_ROOT, target);
  });
}

test("the documentation's exemption lets root sessions through", async () => {
  await summarize(
    deny({ ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] }, Null: { 'aws:AssumedRoot': 'true' } }),
  );
});

for (const [name, condition, allowed] of [
  ['Null false', { Null: { 'aws:AssumedRoot': 'false' } }, false],
  ['Bool true', { Bool: { 'aws:AssumedRoot': 'true' } }, false],
  ['Bool false', { Bool: { 'aws:AssumedRoot': 'false' } }, true],
  ['BoolIfExists false', { BoolIfExists: { 'aws:AssumedRoot': 'false' } }, true],
  [
    'StringEquals this root',
    { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:root' } },
    false,
  ],
  [
    'StringEquals another root',
    { StringEquals: { 'aws:PrincipalArn': 'arn:aws:iam::333333333333:root' } },
    true,
  ],
  ['StringNotLike a role', { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }, false],
  ['ArnNotLike root', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } }, true],
  ['Bool of an absent key', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, true],
  ['BoolIfExists of an absent key', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, false],
  ['StringEquals of an absent key', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, true],
  ['StringNotEquals of an absent key', { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }, false],
  ['Null of an absent key', { Null: { 'aws:SourceVpc': 'true' } }, false],
  ['ArnLike across parts', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:*:root' } }, true],
] as const) {
  test(`a denial under the condition ${name} ${allowed ? 'does not strike' : 'strikes'} a root session`, async () => {
    const summary = summarize(deny(condition));
    await (allowed ? summary : assert.rejects(summary, { name: 'AccessDenied' }));
  });
}

test('a policy that denies deletions leaves the audit alone', async () => {
  await using bench = await openBench(scenario(deny({}, 'iam:delete*')));
  await (await bench.rootSession('222222222222', AUDIT)).send(new GetAccountSummaryCommand({}));
  const deleting = await bench.rootSession('222222222222', 'IAMDeleteRootUserCredentials');
  await assert.rejects(
    deleting.send(new DeleteLoginProfileCommand({})),
    /iam:DeleteLoginProfile on resource: arn/,
  );
});

test('a policy never restricts the management account', async () => {
  await using bench = await openBench(scenario(deny({}), '/'));
  await bench.organizations().send(new ListAccountsCommand({}));
});

test('a policy restricts a delegated administrator, whose AssumeRoot gets the generic denial', async () => {
  await using bench = await openBench(scenario(deny({}, 'sts:AssumeRoot'), '/Security'));
  const input = { TargetPrincipal: '222222222222', TaskPolicyArn: { arn: taskArn(AUDIT) } };
  await assert.rejects(bench.sts('delegate').send(new AssumeRootCommand(input)), {
    name: 'AccessDenied',
    message:
      'User: arn:aws:iam::333333333333:user/delegate is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::222222222222:root',
  });
});

test('a caller may be held to certain task policies by the condition key of AssumeRoot', async () => {
  const policy: IamPolicyDocument = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRoot',
      Resource: 'arn:aws:iam::*:root',
      Condition: { StringEquals: { 'sts:TaskPolicyArn': [taskArn(AUDIT)] } },
    },
  };
  await using bench = await openBench({
    accounts: [{ id: '222222222222' }],
    callers: { operator: { policy } },
  });
  await bench.rootSession('222222222222', AUDIT);
  await assert.rejects(bench.rootSession('222222222222', 'IAMDeleteRootUserCredentials'), {
    name: 'AccessDenied',
  });
});
