import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { ask, type Request, virtualClock } from './signed-request.js';

function open(scenario: Scenario) {
  const clock = virtualClock();
  const emulator = openEmulator({ paging: { emptyPages: 0 }, ...scenario }, { now: clock.now });
  const request = (operation: string, service: Request['service'] = 'organizations', caller?: string) => {
    const parameters: Request['parameters'] =
      operation === 'AssumeRoot'
        ? {
            TargetPrincipal: '222222222222',
            'TaskPolicyArn.arn': 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials',
          }
        : operation === 'ListParents'
          ? { ChildId: '222222222222' }
          : operation.endsWith('ForParent')
            ? { ParentId: emulator.world.organization.rootId }
            : {};
    return ask(emulator, emulator.callerCredentials(caller), {
      service,
      operation,
      parameters,
      now: clock.now(),
    });
  };
  const passing = async (count: number, operation: string, service?: Request['service'], caller?: string) => {
    let passed = 0;
    for (let i = 0; i < count; i++)
      if ((await request(operation, service, caller)).status === 200) passed += 1;
    return passed;
  };
  return { clock, request, passing };
}

const DOCUMENTED: Scenario = {
  quotas: 'documented',
  accounts: [{ id: '222222222222' }, { id: '333333333333' }],
  delegatedAdministrators: ['222222222222'],
  callers: { operator: {}, delegate: { account: '222222222222' } },
};

test('without quotas nothing is throttled', async () => {
  const { passing } = open({});
  assert.equal(await passing(100, 'ListAccounts'), 100);
});

for (const [operation, burst] of [
  ['DescribeOrganization', 2],
  ['ListRoots', 2],
  ['ListAccounts', 12],
  ['ListDelegatedAdministrators', 8],
  ['ListAWSServiceAccessForOrganization', 3],
] as const) {
  test(`${operation} lets a burst of ${burst} through`, async () => {
    const { passing } = open(DOCUMENTED);
    assert.equal(await passing(burst + 5, operation), burst);
  });
}

test('the throttling error of Organizations is TooManyRequestsException', async () => {
  const { passing, request } = open(DOCUMENTED);
  await passing(2, 'DescribeOrganization');
  const seen = await request('DescribeOrganization');
  assert.deepEqual([seen.status, seen.code], [400, 'TooManyRequestsException']);
});

test('ListAccounts refills by eight a second', async () => {
  const { clock, passing } = open(DOCUMENTED);
  await passing(12, 'ListAccounts');
  clock.advance(1000);
  assert.equal(await passing(20, 'ListAccounts'), 8);
  clock.advance(125);
  assert.equal(await passing(20, 'ListAccounts'), 1);
});

test('a bucket never holds more than its burst', async () => {
  const { clock, passing } = open(DOCUMENTED);
  await passing(1, 'ListAccounts');
  clock.advance(3_600_000);
  assert.equal(await passing(30, 'ListAccounts'), 12);
});

test('two accounts of one organization share its quota', async () => {
  const { passing } = open(DOCUMENTED);
  assert.equal(await passing(12, 'ListAccounts'), 12);
  assert.equal(await passing(12, 'ListAccounts', 'organizations', 'delegate'), 3);
});

test('the lists by parent share one quota', async () => {
  const { passing } = open(DOCUMENTED);
  assert.equal(await passing(5, 'ListParents'), 5);
  assert.equal(await passing(5, 'ListAccountsForParent'), 3);
  assert.equal(await passing(5, 'ListOrganizationalUnitsForParent'), 0);
});

test('AssumeRoot has no documented quota, and one of its own if the scenario sets it', async () => {
  assert.equal(await open(DOCUMENTED).passing(50, 'AssumeRoot', 'sts'), 50);
  const limited = open({
    ...DOCUMENTED,
    quotas: { base: 'documented', operations: { AssumeRoot: { perSecond: 10, burst: 20 } } },
  });
  assert.equal(await limited.passing(50, 'AssumeRoot', 'sts'), 20);
  const seen = await limited.request('AssumeRoot', 'sts');
  assert.deepEqual([seen.status, seen.code], [400, 'Throttling']);
  assert.match(seen.body, /<Message>Rate exceeded<\/Message>/);
  limited.clock.advance(500);
  assert.equal(await limited.passing(50, 'AssumeRoot', 'sts'), 5);
});
