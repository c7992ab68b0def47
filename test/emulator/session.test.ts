import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import { ask, assumeRoot, virtualClock } from './signed-request.js';

const AUDIT = 'IAMAuditRootUserCredentials';

function open() {
  const clock = virtualClock();
  const emulator = openEmulator({ accounts: [{ id: '222222222222' }] }, { now: clock.now });
  const getUser = (session: Awaited<ReturnType<typeof assumeRoot>>) =>
    ask(emulator, session, { service: 'iam', operation: 'GetUser', now: clock.now() });
  return { clock, emulator, getUser };
}

test('a session ends after 900 seconds', async () => {
  const { clock, emulator, getUser } = open();
  const session = await assumeRoot(emulator, '222222222222', AUDIT, clock.now());
  clock.advance(899_999);
  assert.equal((await getUser(session)).status, 200);
  clock.advance(1);
  const seen = await getUser(session);
  assert.deepEqual([seen.status, seen.code], [403, 'ExpiredToken']);
  assert.match(seen.body, /The security token included in the request is expired/);
});

test('a session ends after DurationSeconds', async () => {
  const { clock, emulator, getUser } = open();
  const session = await assumeRoot(emulator, '222222222222', AUDIT, clock.now(), { DurationSeconds: 60 });
  clock.advance(59_000);
  assert.equal((await getUser(session)).status, 200);
  clock.advance(1_000);
  assert.equal((await getUser(session)).code, 'ExpiredToken');
});

test('an expired session is refused with ExpiredTokenException by a JSON service', async () => {
  const { clock, emulator } = open();
  const session = await assumeRoot(emulator, '222222222222', AUDIT, clock.now());
  clock.advance(900_000);
  const request = { service: 'organizations', operation: 'DescribeOrganization', now: clock.now() } as const;
  const seen = await ask(emulator, session, request);
  assert.deepEqual([seen.status, seen.code], [400, 'ExpiredTokenException']);
});

test('GetCallerIdentity works in a root session', async () => {
  const { clock, emulator } = open();
  const session = await assumeRoot(emulator, '222222222222', AUDIT, clock.now());
  const seen = await ask(emulator, session, {
    service: 'sts',
    operation: 'GetCallerIdentity',
    now: clock.now(),
  });
  assert.match(seen.body, /<Arn>arn:aws:iam::222222222222:root<\/Arn>/);
});

test('a root session cannot assume root', async () => {
  const { clock, emulator } = open();
  const session = await assumeRoot(emulator, '222222222222', AUDIT, clock.now());
  const parameters = {
    TargetPrincipal: '222222222222',
    'TaskPolicyArn.arn': `arn:aws:iam::aws:policy/root-task/${AUDIT}`,
  };
  const seen = await ask(emulator, session, {
    service: 'sts',
    operation: 'AssumeRoot',
    parameters,
    now: clock.now(),
  });
  assert.equal(seen.code, 'AccessDenied');
});

test('the same scenario issues the same sessions', async () => {
  const [first, second] = [open(), open()];
  assert.deepEqual(
    await assumeRoot(first.emulator, '222222222222', AUDIT, first.clock.now()),
    await assumeRoot(second.emulator, '222222222222', AUDIT, second.clock.now()),
  );
});
