import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetAccountSummaryCommand } from '@aws-sdk/client-iam';
import {
  DescribePolicyCommand,
  ListDelegatedAdministratorsCommand,
  ListPoliciesCommand,
  ListTargetsForPolicyCommand,
  RegisterDelegatedAdministratorCommand,
  UpdatePolicyCommand,
} from '@aws-sdk/client-organizations';
import type { IamPolicyDocument } from '../../src/emulator/policy/document.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { openBench } from './clients.js';

const DENY_ROOT: IamPolicyDocument = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
  },
};
const EXEMPT = JSON.stringify(DENY_ROOT).replace(
  '"Condition":{',
  '"Condition":{"Null":{"aws:AssumedRoot":"true"},',
);

const SCENARIO: Scenario = {
  organization: { id: 'o-exampleorgid', managementAccount: '111111111111', rootId: 'r-ab12' },
  delegatedAdministrators: ['222222222222'],
  organizationalUnits: { Workloads: { id: 'ou-ab12-11111111' } },
  accounts: [
    { id: '222222222222', name: 'security' },
    { id: '333333333333', name: 'shop', ou: '/Workloads', root: { password: true } },
  ],
  scps: [
    { id: 'p-denyroot1', name: 'DenyRoot', target: '/Workloads', policy: DENY_ROOT },
    { id: 'p-denyroot1', target: '222222222222', policy: DENY_ROOT },
    { id: 'p-denyroot1', target: '/', policy: DENY_ROOT },
  ],
  callers: {
    operator: {},
    delegate: { account: '222222222222' },
    member: { account: '333333333333' },
    unable: { allow: [] },
  },
};

const SUMMARY = {
  Id: 'p-denyroot1',
  Arn: 'arn:aws:organizations::111111111111:policy/o-exampleorgid/service_control_policy/p-denyroot1',
  Name: 'p-denyroot1',
  Description: '',
  Type: 'SERVICE_CONTROL_POLICY',
  AwsManaged: false,
};

test("ListPolicies lists every policy once, AWS's own first, without contents", async () => {
  await using bench = await openBench(SCENARIO);
  for (const caller of ['operator', 'delegate']) {
    const { Policies, NextToken } = await bench
      .organizations(caller)
      .send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }));
    assert.deepEqual(Policies, [
      {
        Id: 'p-FullAWSAccess',
        Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
        Name: 'FullAWSAccess',
        Description: 'Allows access to every operation',
        Type: 'SERVICE_CONTROL_POLICY',
        AwsManaged: true,
      },
      SUMMARY,
    ]);
    assert.equal(NextToken, undefined);
  }
});

test('ListPolicies pages, lists no policy of another type, and needs a type that there is', async () => {
  await using bench = await openBench({ ...SCENARIO, paging: { size: 1, emptyPages: 1 } });
  const client = bench.organizations();
  const first = await client.send(new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }));
  assert.deepEqual(first.Policies, []);
  const second = await client.send(
    new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY', NextToken: first.NextToken }),
  );
  assert.deepEqual(
    second.Policies?.map(({ Id }) => Id),
    ['p-FullAWSAccess'],
  );
  const others = await client.send(new ListPoliciesCommand({ Filter: 'TAG_POLICY' }));
  assert.deepEqual(others.Policies, []);
  await assert.rejects(client.send(new ListPoliciesCommand({ Filter: 'NONE' as 'TAG_POLICY' })), {
    name: 'InvalidInputException',
  });
});

test('DescribePolicy answers with the content of a policy', async () => {
  await using bench = await openBench(SCENARIO);
  const { Policy } = await bench.organizations().send(new DescribePolicyCommand({ PolicyId: 'p-denyroot1' }));
  assert.deepEqual(Policy?.PolicySummary, SUMMARY);
  assert.deepEqual(JSON.parse(Policy?.Content ?? ''), DENY_ROOT);
});

test('ListTargetsForPolicy lists what a policy is attached to itself', async () => {
  await using bench = await openBench(SCENARIO);
  const { Targets } = await bench
    .organizations()
    .send(new ListTargetsForPolicyCommand({ PolicyId: 'p-denyroot1' }));
  const arn = (of: string) => `arn:aws:organizations::111111111111:${of}`;
  assert.deepEqual(Targets, [
    {
      TargetId: 'ou-ab12-11111111',
      Arn: arn('ou/o-exampleorgid/ou-ab12-11111111'),
      Name: 'Workloads',
      Type: 'ORGANIZATIONAL_UNIT',
    },
    {
      TargetId: '222222222222',
      Arn: arn('account/o-exampleorgid/222222222222'),
      Name: 'security',
      Type: 'ACCOUNT',
    },
    { TargetId: 'r-ab12', Arn: arn('root/o-exampleorgid/r-ab12'), Name: 'Root', Type: 'ROOT' },
  ]);
});

test('UpdatePolicy changes a policy wherever it is attached, and what it denies from then on', async () => {
  await using bench = await openBench(SCENARIO);
  const sessions = await bench.rootSession('333333333333', 'IAMAuditRootUserCredentials');
  await assert.rejects(sessions.send(new GetAccountSummaryCommand({})), { name: 'AccessDenied' });
  const { Policy } = await bench
    .organizations()
    .send(new UpdatePolicyCommand({ PolicyId: 'p-denyroot1', Content: EXEMPT }));
  assert.equal(Policy?.Content, EXEMPT);
  const { SummaryMap } = await sessions.send(new GetAccountSummaryCommand({}));
  assert.equal(SummaryMap?.AccountPasswordPresent, 1);
  assert.deepEqual(
    bench.emulator.calls.find(({ operation }) => operation === 'UpdatePolicy')?.effect?.kind,
    'policy-updated',
  );
});

test("UpdatePolicy refuses what is no policy, what is too long, AWS's own policy, and all but the management account", async () => {
  await using bench = await openBench(SCENARIO);
  const update = (Content: string, PolicyId = 'p-denyroot1', caller = 'operator') =>
    bench.organizations(caller).send(new UpdatePolicyCommand({ PolicyId, Content }));
  for (const content of ['{', '[]', '{}', '{"Statement":[]}', '{"Statement":[{"Effect":"Perhaps"}]}']) {
    await assert.rejects(update(content), { name: 'MalformedPolicyDocumentException' });
  }
  await assert.rejects(update(' '.repeat(10_241)), {
    name: 'ConstraintViolationException',
    Reason: 'POLICY_CONTENT_LIMIT_EXCEEDED',
  });
  await assert.rejects(update(EXEMPT, 'p-FullAWSAccess'), {
    name: 'InvalidInputException',
    Reason: 'IMMUTABLE_POLICY',
  });
  await assert.rejects(update(EXEMPT, 'p-denyroot1', 'delegate'), { name: 'AccessDeniedException' });
});

test('the operations on policies are refused to plain members, without permission, and for an unknown policy', async () => {
  await using bench = await openBench(SCENARIO);
  const requests = (id: string) => [
    new DescribePolicyCommand({ PolicyId: id }),
    new ListTargetsForPolicyCommand({ PolicyId: id }),
  ];
  for (const command of requests('p-doesnotexist')) {
    await assert.rejects(bench.organizations().send(command as DescribePolicyCommand), {
      name: 'PolicyNotFoundException',
      message: "You specified a policy that doesn't exist.",
    });
  }
  for (const command of requests('nonsense')) {
    await assert.rejects(bench.organizations().send(command as DescribePolicyCommand), {
      name: 'InvalidInputException',
    });
  }
  for (const command of [
    ...requests('p-denyroot1'),
    new ListPoliciesCommand({ Filter: 'SERVICE_CONTROL_POLICY' }),
  ]) {
    for (const caller of ['member', 'unable']) {
      await assert.rejects(bench.organizations(caller).send(command as DescribePolicyCommand), {
        name: 'AccessDeniedException',
      });
    }
  }
});

test('RegisterDelegatedAdministrator registers a member once, and never the management account', async () => {
  await using bench = await openBench(SCENARIO);
  const register = (AccountId: string, caller = 'operator') =>
    bench
      .organizations(caller)
      .send(new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal: 'iam.amazonaws.com' }));
  await register('333333333333');
  const { DelegatedAdministrators } = await bench
    .organizations('member')
    .send(new ListDelegatedAdministratorsCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
  assert.deepEqual(
    DelegatedAdministrators?.map(({ Id }) => Id),
    ['222222222222', '333333333333'],
  );
  await assert.rejects(register('333333333333'), { name: 'AccountAlreadyRegisteredException' });
  await assert.rejects(register('999999999999'), { name: 'AccountNotFoundException' });
  await assert.rejects(register('111111111111'), { name: 'ConstraintViolationException' });
  await assert.rejects(register('333333333333', 'delegate'), { name: 'AccessDeniedException' });
});
