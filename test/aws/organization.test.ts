import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Account,
  DescribeAccountCommand,
  ListAccountsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations';
import { createOrganizationReader } from '../../src/aws/organization.js';
import { ACCOUNT, awsError, createMocks } from './session.js';

const FULL: Account = {
  Id: ACCOUNT,
  Name: 'shop',
  Email: 'shop@example.com',
  State: 'ACTIVE',
  Status: 'ACTIVE',
  Paths: [`o-exampleorgid/r-exmp/ou-exmp-11111111/${ACCOUNT}/`],
  JoinedMethod: 'CREATED',
  JoinedTimestamp: new Date('2020-06-15T12:00:00.044Z'),
};

function openReader() {
  const { organizations, clients, calls, limiters, clock } = createMocks();
  return { organizations, reader: createOrganizationReader(clients, calls, limiters, clock) };
}

/** The account as the reader gives it when AWS describes it so. */
async function readAccount(described: object) {
  const { organizations, reader } = openReader();
  organizations.on(DescribeAccountCommand).resolves({ Account: described });
  const account = await reader.account(ACCOUNT);
  assert(account);
  return account;
}

test('account gives what DescribeAccount says', async () => {
  assert.deepEqual(await readAccount(FULL), {
    id: ACCOUNT,
    name: 'shop',
    email: 'shop@example.com',
    state: 'ACTIVE',
    parents: ['r-exmp', 'ou-exmp-11111111'],
    joined: '2020-06-15T12:00:00Z',
    joinedMethod: 'CREATED',
  });
});

const STATES = [
  ['SUSPENDED', 'ACTIVE', 'SUSPENDED'],
  ['ACTIVE', 'SUSPENDED', 'ACTIVE'],
  ['ACTIVE', undefined, 'ACTIVE'],
  [undefined, 'ACTIVE', 'ACTIVE'],
  [undefined, 'SUSPENDED', 'SUSPENDED'],
  [undefined, undefined, 'UNKNOWN'],
  ['SOMETHING_NEW', 'ACTIVE', 'UNKNOWN'],
] as const;
for (const [State, Status, state] of STATES) {
  test(`account is ${state} when State is ${State} and Status is ${Status}`, async () => {
    assert.equal((await readAccount({ ...FULL, State, Status })).state, state);
  });
}

test('account leaves empty what AWS does not say', async () => {
  assert.deepEqual(await readAccount({ Id: ACCOUNT }), {
    id: ACCOUNT,
    name: '',
    email: '',
    state: 'UNKNOWN',
    parents: [],
    joined: '',
    joinedMethod: '',
  });
});

test('account is undefined when it is not in the organization', async () => {
  const { organizations, reader } = openReader();
  organizations.on(DescribeAccountCommand).rejects(awsError('AccountNotFoundException'));
  assert.equal(await reader.account(ACCOUNT), undefined);
});

test('account fails, and does not say absent, when the caller is not allowed to ask', async () => {
  const { organizations, reader } = openReader();
  organizations.on(DescribeAccountCommand).rejects(awsError('AccessDeniedException', 'no'));
  await assert.rejects(reader.account(ACCOUNT), { code: 'CALLER_NOT_ALLOWED' });
});

async function listAccounts(reader: ReturnType<typeof openReader>['reader']): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of reader.accounts()) ids.push(...page.map(({ id }) => id));
  return ids;
}

test('accounts goes on after an empty page when there is a token', async () => {
  const { organizations, reader } = openReader();
  organizations
    .on(ListAccountsCommand)
    .resolves({ Accounts: [], NextToken: 'next' })
    .on(ListAccountsCommand, { NextToken: 'next' })
    .resolves({ Accounts: [FULL] });
  assert.deepEqual(await listAccounts(reader), [ACCOUNT]);
});

test('accounts fails when AWS lists an account without its id', async () => {
  const { organizations, reader } = openReader();
  organizations.on(ListAccountsCommand).resolves({ Accounts: [{ Name: 'shop' }] });
  await assert.rejects(listAccounts(reader), { code: 'AWS_FAILED' });
});

test('accounts fails when a later page does', async () => {
  const { organizations, reader } = openReader();
  organizations
    .on(ListAccountsCommand)
    .resolves({ Accounts: [FULL], NextToken: 'next' })
    .on(ListAccountsCommand, { NextToken: 'next' })
    .rejects(awsError('ExpiredTokenException', 'expired'));
  await assert.rejects(listAccounts(reader), { code: 'CREDENTIALS_REJECTED' });
});

test('unitsBelow asks once for each parent', async () => {
  const { organizations, reader } = openReader();
  organizations
    .on(ListOrganizationalUnitsForParentCommand)
    .resolves({ OrganizationalUnits: [{ Id: 'ou-exmp-11111111', Name: 'Workloads' }] });
  const [first, second] = await Promise.all([reader.unitsBelow('r-exmp'), reader.unitsBelow('r-exmp')]);
  assert.deepEqual(first, new Map([['ou-exmp-11111111', 'Workloads']]));
  assert.equal(second, first);
  assert.equal(organizations.commandCalls(ListOrganizationalUnitsForParentCommand).length, 1);
});

test('unitsBelow asks again when the names are no longer good', async () => {
  const { organizations, clients, calls, limiters, clock } = createMocks();
  const reader = createOrganizationReader(clients, calls, limiters, clock, 60_000);
  organizations
    .on(ListOrganizationalUnitsForParentCommand)
    .resolvesOnce({ OrganizationalUnits: [{ Id: 'ou-x', Name: 'Sandbox' }] })
    .resolves({ OrganizationalUnits: [{ Id: 'ou-x', Name: 'Production' }] });
  const nameNow = async () => (await reader.unitsBelow('r-exmp')).get('ou-x');
  assert.equal(await nameNow(), 'Sandbox');
  clock.time += 59_999;
  assert.equal(await nameNow(), 'Sandbox');
  clock.time += 1;
  assert.equal(await nameNow(), 'Production');
});

test('unitsBelow leaves out a unit without a name, so that its path is not known', async () => {
  const { organizations, reader } = openReader();
  organizations
    .on(ListOrganizationalUnitsForParentCommand)
    .resolves({ OrganizationalUnits: [{ Id: 'ou-x' }] });
  assert.deepEqual(await reader.unitsBelow('r-exmp'), new Map());
});

test('tags reads every page', async () => {
  const { organizations, reader } = openReader();
  organizations
    .on(ListTagsForResourceCommand)
    .resolves({ Tags: [{ Key: 'a', Value: '1' }], NextToken: 'next' })
    .on(ListTagsForResourceCommand, { NextToken: 'next', ResourceId: ACCOUNT })
    .resolves({ Tags: [{ Key: '__proto__', Value: '2' }] });
  assert.deepEqual(Object.entries(await reader.tags(ACCOUNT)), [
    ['a', '1'],
    ['__proto__', '2'],
  ]);
});

test('tags fails, and does not say none, when the caller is not allowed to ask', async () => {
  const { organizations, reader } = openReader();
  organizations.on(ListTagsForResourceCommand).rejects(awsError('AccessDeniedException', 'no'));
  await assert.rejects(reader.tags(ACCOUNT), { code: 'CALLER_NOT_ALLOWED' });
});
