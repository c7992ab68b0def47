import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  EnableAWSServiceAccessCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListAWSServiceAccessForOrganizationCommand,
  ListDelegatedAdministratorsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { openBench } from './clients.js';

const SCENARIO: Scenario = {
  organization: { id: 'o-exampleorgid', managementAccount: '111111111111', rootId: 'r-ab12' },
  delegatedAdministrators: [{ account: '222222222222', since: '2025-03-04T05:06:07Z' }],
  organizationalUnits: {
    Workloads: { id: 'ou-ab12-11111111', units: { Prod: { id: 'ou-ab12-22222222', tags: { tier: 'one' } } } },
  },
  accounts: [
    { id: '222222222222', name: 'security', email: 'security@example.com' },
    {
      id: '333333333333',
      name: 'workloads-prod',
      email: 'prod@example.com',
      ou: '/Workloads/Prod',
      tags: { env: 'prod', team: 'data' },
      joined: '2021-02-03T04:05:06Z',
      joinedMethod: 'INVITED',
    },
    { id: '444444444444', name: 'closed-1', ou: '/Workloads', state: 'CLOSED' },
  ],
  callers: {
    operator: {},
    delegate: { account: '222222222222' },
    member: { account: '333333333333' },
    stranger: { account: '999999999999' },
    unable: { allow: [] },
  },
};

const PROD = {
  Id: '333333333333',
  Arn: 'arn:aws:organizations::111111111111:account/o-exampleorgid/333333333333',
  Email: 'prod@example.com',
  Name: 'workloads-prod',
  State: 'ACTIVE',
  Status: 'ACTIVE',
  Paths: ['o-exampleorgid/r-ab12/ou-ab12-11111111/ou-ab12-22222222/333333333333/'],
  JoinedMethod: 'INVITED',
  JoinedTimestamp: new Date('2021-02-03T04:05:06Z'),
};

test('DescribeOrganization answers with the management account under its old name', async () => {
  await using bench = await openBench(SCENARIO);
  const { Organization } = await bench.organizations().send(new DescribeOrganizationCommand({}));
  assert.deepEqual(Organization, {
    Id: 'o-exampleorgid',
    Arn: 'arn:aws:organizations::111111111111:organization/o-exampleorgid',
    FeatureSet: 'ALL',
    MasterAccountArn: 'arn:aws:organizations::111111111111:account/o-exampleorgid/111111111111',
    MasterAccountId: '111111111111',
    MasterAccountEmail: 'management@example.com',
    AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
  });
});

test('DescribeOrganization works from any member account', async () => {
  await using bench = await openBench(SCENARIO);
  await bench.organizations('member').send(new DescribeOrganizationCommand({}));
});

test('DescribeOrganization refuses an account outside any organization', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.organizations('stranger').send(new DescribeOrganizationCommand({})), {
    name: 'AWSOrganizationsNotInUseException',
  });
});

test('ListAccounts lists every account with its path, the management account too', async () => {
  await using bench = await openBench(SCENARIO);
  const { Accounts, NextToken } = await bench.organizations().send(new ListAccountsCommand({}));
  assert.deepEqual(
    Accounts?.map(({ Id }) => Id),
    ['111111111111', '222222222222', '333333333333', '444444444444'],
  );
  assert.deepEqual(Accounts?.[2], PROD);
  assert.equal(NextToken, undefined);
});

test('ListAccounts calls a closed account SUSPENDED in Status', async () => {
  await using bench = await openBench(SCENARIO);
  const { Accounts } = await bench.organizations().send(new ListAccountsCommand({}));
  assert.deepEqual([Accounts?.[3]?.State, Accounts?.[3]?.Status], ['CLOSED', 'SUSPENDED']);
});

test('ListAccounts leaves out Status or State when the scenario says so', async () => {
  await using retired = await openBench({ ...SCENARIO, replies: { status: false } });
  const { Accounts: current } = await retired.organizations().send(new ListAccountsCommand({}));
  assert.deepEqual([current?.[0]?.State, current?.[0]?.Status], ['ACTIVE', undefined]);
  await using old = await openBench({ ...SCENARIO, replies: { state: false } });
  const { Accounts: former } = await old.organizations().send(new ListAccountsCommand({}));
  assert.deepEqual([former?.[0]?.State, former?.[0]?.Status], [undefined, 'ACTIVE']);
});

test('ListAccounts works for a delegated administrator and refuses a plain member', async () => {
  await using bench = await openBench(SCENARIO);
  await bench.organizations('delegate').send(new ListAccountsCommand({}));
  await assert.rejects(bench.organizations('member').send(new ListAccountsCommand({})), {
    name: 'AccessDeniedException',
    message: "You don't have permissions to access this resource.",
  });
});

test('ListAccounts names the missing permission when no policy allows it', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.organizations('unable').send(new ListAccountsCommand({})), {
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:iam::111111111111:user/unable is not authorized to perform: organizations:ListAccounts on resource: * because no identity-based policy allows the organizations:ListAccounts action',
  });
});

for (const [value, reason] of [
  [0, 'MIN_VALUE_EXCEEDED:MAX_RESULTS'],
  [21, 'MAX_VALUE_EXCEEDED:MAX_RESULTS'],
] as const) {
  test(`ListAccounts refuses a MaxResults of ${value} with its reason`, async () => {
    await using bench = await openBench(SCENARIO);
    const call = bench.organizations().send(new ListAccountsCommand({ MaxResults: value }));
    await assert.rejects(call, { name: 'InvalidInputException', Reason: reason });
  });
}

test('DescribeAccount describes one account', async () => {
  await using bench = await openBench(SCENARIO);
  const answer = await bench.organizations().send(new DescribeAccountCommand({ AccountId: '333333333333' }));
  assert.deepEqual(answer.Account, PROD);
});

test('DescribeAccount refuses accounts that are not there and ids that are none', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  await assert.rejects(organizations.send(new DescribeAccountCommand({ AccountId: '999999999999' })), {
    name: 'AccountNotFoundException',
  });
  await assert.rejects(organizations.send(new DescribeAccountCommand({ AccountId: 'sandbox' })), {
    name: 'InvalidInputException',
    Reason: 'INVALID_PATTERN:ACCOUNT_ID',
    message: 'You provided a value that does not match the required pattern.',
  });
});

test('ListRoots lists the root', async () => {
  await using bench = await openBench(SCENARIO);
  const { Roots } = await bench.organizations().send(new ListRootsCommand({}));
  assert.deepEqual(Roots, [
    {
      Id: 'r-ab12',
      Arn: 'arn:aws:organizations::111111111111:root/o-exampleorgid/r-ab12',
      Name: 'Root',
      PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    },
  ]);
});

test('ListOrganizationalUnitsForParent lists the units right below', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  const top = await organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: 'r-ab12' }));
  assert.deepEqual(top.OrganizationalUnits, [
    {
      Id: 'ou-ab12-11111111',
      Arn: 'arn:aws:organizations::111111111111:ou/o-exampleorgid/ou-ab12-11111111',
      Name: 'Workloads',
      Path: 'o-exampleorgid/r-ab12/ou-ab12-11111111/',
    },
  ]);
});

test('ListAccountsForParent lists the accounts right below, not deeper', async () => {
  await using bench = await openBench(SCENARIO);
  const answer = await bench
    .organizations()
    .send(new ListAccountsForParentCommand({ ParentId: 'ou-ab12-11111111' }));
  assert.deepEqual(
    answer.Accounts?.map(({ Id }) => Id),
    ['444444444444'],
  );
});

test('the lists by parent refuse a parent that is not there', async () => {
  await using bench = await openBench(SCENARIO);
  const input = { ParentId: 'ou-ab12-99999999' };
  const missing = { name: 'ParentNotFoundException' };
  await assert.rejects(bench.organizations().send(new ListAccountsForParentCommand(input)), missing);
  await assert.rejects(
    bench.organizations().send(new ListOrganizationalUnitsForParentCommand(input)),
    missing,
  );
});

test('ListParents tells root and organizational unit apart', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  const parents = async (id: string) =>
    (await organizations.send(new ListParentsCommand({ ChildId: id }))).Parents;
  assert.deepEqual(await parents('222222222222'), [{ Id: 'r-ab12', Type: 'ROOT' }]);
  assert.deepEqual(await parents('333333333333'), [{ Id: 'ou-ab12-22222222', Type: 'ORGANIZATIONAL_UNIT' }]);
  assert.deepEqual(await parents('ou-ab12-11111111'), [{ Id: 'r-ab12', Type: 'ROOT' }]);
  await assert.rejects(parents('999999999999'), { name: 'ChildNotFoundException' });
});

test('ListTagsForResource lists the tags of accounts and units', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  const tags = async (id: string) =>
    (await organizations.send(new ListTagsForResourceCommand({ ResourceId: id }))).Tags;
  assert.deepEqual(await tags('333333333333'), [
    { Key: 'env', Value: 'prod' },
    { Key: 'team', Value: 'data' },
  ]);
  assert.deepEqual(await tags('ou-ab12-22222222'), [{ Key: 'tier', Value: 'one' }]);
  assert.deepEqual(await tags('222222222222'), []);
  await assert.rejects(tags('999999999999'), { name: 'TargetNotFoundException' });
});

test('ListDelegatedAdministrators filters by service principal', async () => {
  await using bench = await openBench(SCENARIO);
  const organizations = bench.organizations();
  const list = async (ServicePrincipal: string) =>
    (await organizations.send(new ListDelegatedAdministratorsCommand({ ServicePrincipal })))
      .DelegatedAdministrators;
  const [delegate] = (await list('iam.amazonaws.com')) ?? [];
  assert.equal(delegate?.Id, '222222222222');
  assert.equal(delegate?.State, 'ACTIVE');
  assert.deepEqual(delegate?.DelegationEnabledDate, new Date('2025-03-04T05:06:07Z'));
  assert.deepEqual(await list('sso.amazonaws.com'), []);
});

test('trusted access is listed, and enabled by the management account only', async () => {
  await using bench = await openBench({ ...SCENARIO, features: { trustedAccess: false } });
  const list = async () => {
    const answer = await bench.organizations().send(new ListAWSServiceAccessForOrganizationCommand({}));
    return answer.EnabledServicePrincipals?.map(({ ServicePrincipal }) => ServicePrincipal);
  };
  const enable = (caller: string) =>
    bench
      .organizations(caller)
      .send(new EnableAWSServiceAccessCommand({ ServicePrincipal: 'iam.amazonaws.com' }));
  assert.deepEqual(await list(), []);
  await assert.rejects(enable('delegate'), { name: 'AccessDeniedException' });
  await enable('operator');
  assert.deepEqual(await list(), ['iam.amazonaws.com']);
});

test('a root session is denied the Organizations API by its task policy', async () => {
  await using bench = await openBench(SCENARIO);
  const iam = await bench.rootSession('333333333333', 'IAMAuditRootUserCredentials');
  const credentials = await iam.config.credentials();
  const { OrganizationsClient } = await import('@aws-sdk/client-organizations');
  const organizations = new OrganizationsClient({
    endpoint: bench.server.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
  await assert.rejects(organizations.send(new DescribeOrganizationCommand({})), {
    name: 'AccessDeniedException',
    message: /with an explicit deny in a session policy$/,
  });
});
