import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import type { AccountChange } from '../../src/emulator/state/change-account.js';
import { ask, assumeRoot, type Request, virtualClock } from './signed-request.js';

const ID = '222222222222';
const MFA = `arn:aws:iam::${ID}:mfa/root-account-mfa-device`;

/** An account with a root session, and a rule that changes it at the second call of one operation. */
async function open(operation: string, change: AccountChange) {
  const clock = virtualClock();
  const emulator = openEmulator(
    {
      paging: { emptyPages: 0 },
      organizationalUnits: { Quarantine: null },
      accounts: [
        { id: ID, name: 'sandbox-1', ou: '/Sandbox', tags: { a: '1' }, root: { mfaDevices: [MFA] } },
      ],
      faults: [{ match: { operation, nth: 2 }, fault: { kind: 'change-account', account: ID, change } }],
    },
    { now: clock.now },
  );
  const session = await assumeRoot(emulator, ID, 'IAMAuditRootUserCredentials', clock.now());
  const unit = (name: string) =>
    [...emulator.world.units.values()].find((candidate) => candidate.name === name)?.id ?? '';
  const askFor = (service: Request['service'], parameters: Request['parameters'] = {}) => {
    const credentials = service === 'iam' ? session : emulator.callerCredentials();
    return ask(emulator, credentials, { service, operation, parameters, now: clock.now() });
  };
  return { emulator, clock, unit, ask: askFor };
}

for (const state of ['SUSPENDED', 'CLOSED', 'PENDING_CLOSURE'] as const) {
  test(`change-account makes an account ${state} right before the second look`, async () => {
    const { ask } = await open('DescribeAccount', { state });
    assert.match((await ask('organizations', { AccountId: ID })).body, /"State":"ACTIVE"/);
    assert.match((await ask('organizations', { AccountId: ID })).body, new RegExp(`"State":"${state}"`));
  });
}

test('change-account moves an account right before the second look', async () => {
  const { ask, unit } = await open('ListParents', { ou: '/Quarantine' });
  assert.match((await ask('organizations', { ChildId: ID })).body, new RegExp(unit('Sandbox')));
  assert.match((await ask('organizations', { ChildId: ID })).body, new RegExp(unit('Quarantine')));
});

test('change-account moves an account out of one listing and into the other', async () => {
  const { ask, unit } = await open('ListAccountsForParent', { ou: '/Quarantine' });
  const listed = async (name: string) =>
    (await ask('organizations', { ParentId: unit(name) })).body.includes(`"Id":"${ID}"`);
  assert.deepEqual(
    [await listed('Sandbox'), await listed('Sandbox'), await listed('Quarantine')],
    [true, false, true],
  );
});

test('change-account takes an account out of the organization right before the second look', async () => {
  const { ask } = await open('DescribeAccount', { leave: true });
  assert.equal((await ask('organizations', { AccountId: ID })).status, 200);
  assert.equal((await ask('organizations', { AccountId: ID })).code, 'AccountNotFoundException');
});

test('change-account renames an account right before the second look', async () => {
  const { ask } = await open('DescribeAccount', { name: 'renamed' });
  assert.match((await ask('organizations', { AccountId: ID })).body, /"Name":"sandbox-1"/);
  assert.match((await ask('organizations', { AccountId: ID })).body, /"Name":"renamed"/);
});

test('change-account replaces all tags right before the second look', async () => {
  const { ask } = await open('ListTagsForResource', { tags: { b: '2' } });
  const tags = async () => JSON.parse((await ask('organizations', { ResourceId: ID })).body).Tags;
  assert.deepEqual(await tags(), [{ Key: 'a', Value: '1' }]);
  assert.deepEqual(await tags(), [{ Key: 'b', Value: '2' }]);
});

test('change-account adds a password right before the second look', async () => {
  const { ask } = await open('GetLoginProfile', { add: { password: true } });
  assert.equal((await ask('iam')).code, 'NoSuchEntity');
  assert.equal((await ask('iam')).status, 200);
});

test('change-account removes an MFA device right before the second look', async () => {
  const { ask } = await open('ListMFADevices', { remove: { mfaDevices: [MFA] } });
  assert.match((await ask('iam')).body, new RegExp(MFA));
  assert.doesNotMatch((await ask('iam')).body, new RegExp(MFA));
});

for (const [name, change] of [
  ['suspended', { state: 'SUSPENDED' }],
  ['closed', { state: 'CLOSED' }],
  ['about to be closed', { state: 'PENDING_CLOSURE' }],
  ['no longer in the organization', { leave: true }],
] as const) {
  test(`AssumeRoot into an account that is ${name} by then gets the generic denial and no session`, async () => {
    const { ask, emulator } = await open('AssumeRoot', change);
    // The first AssumeRoot was for the session above.
    const refused = await ask('sts', {
      TargetPrincipal: ID,
      'TaskPolicyArn.arn': 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials',
    });
    assert.deepEqual([refused.status, refused.code], [403, 'AccessDenied']);
    assert.match(
      refused.body,
      new RegExp(
        `<Message>User: arn:aws:iam::111111111111:user/operator is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::${ID}:root</Message>`,
      ),
    );
    assert.equal(emulator.world.sessions.size, 1);
    assert.deepEqual(
      emulator.history.map(({ event }) => event.kind),
      ['session-issued', 'changed'],
    );
  });
}

test('change-account puts a device that is there already in its own place: no account lists an id twice', async () => {
  const { ask } = await open('ListMFADevices', { add: { mfaDevices: [MFA] } });
  const count = async () => (await ask('iam')).body.split(`<SerialNumber>${MFA}</SerialNumber>`).length - 1;
  assert.deepEqual([await count(), await count()], [1, 1]);
});
