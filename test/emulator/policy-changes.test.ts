import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import type { FaultRule } from '../../src/emulator/faults/rule.js';
import type { IamPolicyDocument } from '../../src/emulator/policy/document.js';
import type { ScpSpec } from '../../src/emulator/state/specs/service-control-policy.js';
import { ask, assumeRoot, virtualClock } from './signed-request.js';

const DENY_ROOT: IamPolicyDocument = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
  },
};
const ID = 'p-exampledenial';
const ARN =
  'arn:aws:organizations::111111111111:policy/o-exampleorgid/service_control_policy/p-exampledenial';

/** Two accounts with root sessions, open before any policy changes. */
async function open(faults: readonly FaultRule[] = [], scps: readonly ScpSpec[] = []) {
  const clock = virtualClock();
  const emulator = openEmulator(
    {
      organization: { id: 'o-exampleorgid', managementAccount: '111111111111' },
      organizationalUnits: { Sandbox: { id: 'ou-ab12-11111111' }, Workloads: null },
      accounts: [
        { id: '222222222222', ou: '/Sandbox', root: { password: true } },
        { id: '333333333333', ou: '/Workloads' },
      ],
      scps,
      faults,
    },
    { now: clock.now },
  );
  const issue = (account: string, task: string) => assumeRoot(emulator, account, task, clock.now());
  const session = await issue('222222222222', 'IAMAuditRootUserCredentials');
  const other = await issue('333333333333', 'IAMAuditRootUserCredentials');
  const deleting = await issue('222222222222', 'IAMDeleteRootUserCredentials');
  const issued = emulator.history.length;
  const call = (operation = 'GetAccountSummary', credentials = session) =>
    ask(emulator, credentials, { service: 'iam', operation, now: clock.now() });
  /** What three calls in turn are answered. */
  const statuses = async (operation?: string) => {
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) seen.push((await call(operation)).status);
    return seen;
  };
  const changes = () => emulator.history.slice(issued);
  return { emulator, call, statuses, other, deleting, changes };
}

for (const target of ['222222222222', '/Sandbox', 'ou-ab12-11111111', '/']) {
  test(`attach-policy at the second call denies a session that is already open, through ${target}`, async () => {
    const { statuses } = await open([
      {
        match: { operation: 'GetAccountSummary', nth: 2 },
        fault: { kind: 'attach-policy', target, policy: DENY_ROOT },
      },
    ]);
    assert.deepEqual(await statuses(), [200, 403, 403]);
  });
}

test('attach-policy denies in the words of AWS, with the policy ARN, and spares other accounts', async () => {
  const { call, other } = await open([
    {
      match: { operation: 'GetAccountSummary' },
      fault: { kind: 'attach-policy', target: '/Sandbox', id: ID, policy: DENY_ROOT },
    },
  ]);
  const { code, body } = await call();
  assert.equal(code, 'AccessDenied');
  assert.match(
    body,
    new RegExp(
      `User: arn:aws:iam::222222222222:root is not authorized to perform: iam:GetAccountSummary on resource: \\* with an explicit deny in a service control policy: ${ARN}<`,
    ),
  );
  assert.equal((await call('GetAccountSummary', other)).status, 200);
});

test('attach-policy keeps a deletion from happening at the call it strikes', async () => {
  const { call, emulator, deleting } = await open([
    {
      match: { operation: 'DeleteLoginProfile', nth: 1 },
      fault: { kind: 'attach-policy', target: '222222222222', policy: DENY_ROOT },
    },
  ]);
  assert.equal((await call('DeleteLoginProfile', deleting)).status, 403);
  assert.notEqual(emulator.account('222222222222').password, undefined);
});

test('detach-policy at the second call lifts a denial of the scenario', async () => {
  const { statuses } = await open(
    [
      {
        match: { operation: 'GetAccountSummary', nth: 2 },
        fault: { kind: 'detach-policy', target: '/Sandbox', id: ID },
      },
    ],
    [{ target: '/Sandbox', id: ID, policy: DENY_ROOT }],
  );
  assert.deepEqual(await statuses(), [403, 200, 200]);
});

test('a rule takes away what another put in place, and leaves other policies', async () => {
  const match = { operation: 'GetAccountSummary' };
  const { statuses, emulator } = await open(
    [
      {
        match: { ...match, nth: 2 },
        fault: { kind: 'attach-policy', target: '/', id: ID, policy: DENY_ROOT },
      },
      { match: { ...match, nth: 3 }, fault: { kind: 'detach-policy', target: '/', id: ID } },
    ],
    [{ target: '/', id: 'p-exampleother', policy: { Statement: [] } }],
  );
  assert.deepEqual(await statuses(), [200, 403, 200]);
  const left = [...emulator.world.policies.values()].flat().map(({ id }) => id);
  assert.deepEqual(left, ['p-exampleother']);
});

test('a rule that attaches at every call attaches one policy', async () => {
  const { statuses, emulator } = await open([
    {
      match: { operation: 'GetUser' },
      fault: { kind: 'attach-policy', target: '222222222222', policy: DENY_ROOT },
    },
  ]);
  await statuses('GetUser');
  assert.equal(emulator.world.policies.get('222222222222')?.length, 1);
});

test('changes of policies are in the history, at the place and with the policy, and only where they change something', async () => {
  const match = { operation: 'GetUser' };
  const { statuses, changes } = await open([
    {
      match: { ...match, nth: 1 },
      fault: { kind: 'attach-policy', target: '/Sandbox', id: ID, policy: DENY_ROOT },
    },
    { match: { ...match, nth: 2 }, fault: { kind: 'detach-policy', target: '/', id: ID } },
    { match: { ...match, nth: 3 }, fault: { kind: 'detach-policy', target: '/Sandbox', id: ID } },
  ]);
  await statuses('GetUser');
  const place = { target: 'ou-ab12-11111111', policy: { id: ID, arn: ARN, name: ID, document: DENY_ROOT } };
  assert.deepEqual(
    changes().map(({ event }) => event),
    [
      { kind: 'policy-attached', ...place },
      { kind: 'policy-detached', ...place },
    ],
  );
});

test('attachPolicy and detachPolicy do the same from outside', async () => {
  const { call, emulator, changes } = await open();
  const { id } = emulator.attachPolicy({ target: '/Sandbox', policy: DENY_ROOT });
  assert.match(id, /^p-[a-z0-9]{8}$/);
  assert.equal((await call()).status, 403);
  emulator.detachPolicy({ target: '/Sandbox', id });
  assert.equal((await call()).status, 200);
  const events = changes().map(({ event, at }) => [event.kind, at]);
  const at = '2026-06-01T12:00:00.000Z';
  assert.deepEqual(events, [
    ['policy-attached', at],
    ['policy-detached', at],
  ]);
});

test('setFaults takes rules that take away a policy attached from outside', async () => {
  const { emulator } = await open();
  const { id } = emulator.attachPolicy({ target: '/Sandbox', policy: DENY_ROOT });
  emulator.setFaults([{ fault: { kind: 'detach-policy', target: '/Sandbox', id } }]);
  assert.throws(
    () =>
      emulator.setFaults([{ fault: { kind: 'detach-policy', target: '/Sandbox', id: 'p-exampleother' } }]),
    new RangeError('0.fault.id: No service control policy "p-exampleother" in the scenario'),
  );
});
