import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCall } from '../../src/emulator/call-log.js';
import { openEmulator } from '../../src/emulator/emulator.js';
import { ask, assumeRoot, virtualClock } from './signed-request.js';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const DELETE = 'IAMDeleteRootUserCredentials';

async function open() {
  const clock = virtualClock();
  const emulator = openEmulator(
    { accounts: [{ id: '222222222222', root: { accessKeys: [KEY] } }] },
    { now: clock.now },
  );
  const session = await assumeRoot(emulator, '222222222222', DELETE, clock.now());
  return { clock, emulator, session };
}

test('a call is logged with who, what, where and the effect', async () => {
  const { clock, emulator, session } = await open();
  await ask(emulator, session, {
    service: 'iam',
    operation: 'DeleteAccessKey',
    parameters: { AccessKeyId: KEY },
    now: clock.now(),
  });
  const { requestId, ...call } = emulator.calls[1] ?? assert.fail();
  assert.match(requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(call, {
    sequence: 2,
    at: '2026-06-01T12:00:00.000Z',
    service: 'iam',
    operation: 'DeleteAccessKey',
    caller: { kind: 'session', name: DELETE, arn: 'arn:aws:iam::222222222222:root', account: '222222222222' },
    account: '222222222222',
    accessKeyId: session.accessKeyId,
    parameters: { AccessKeyId: KEY },
    status: 200,
    delivery: 'answer',
    effect: { kind: 'deleted', account: '222222222222', credential: { kind: 'access-key', id: KEY } },
  });
});

test('AssumeRoot is logged with its target and the session it issued', async () => {
  const { emulator, session } = await open();
  const [call] = emulator.calls;
  assert.equal(call?.account, '222222222222');
  assert.equal(call?.caller.account, '111111111111');
  assert.deepEqual(call?.effect, {
    kind: 'session-issued',
    account: '222222222222',
    accessKeyId: session.accessKeyId,
    task: DELETE,
    expires: '2026-06-01T12:15:00.000Z',
  });
});

test('a refusal is logged with its code and without an effect', async () => {
  const { clock, emulator, session } = await open();
  await ask(emulator, session, { service: 'iam', operation: 'GetAccountSummary', now: clock.now() });
  const call = emulator.calls[1];
  assert.deepEqual([call?.status, call?.errorCode, call?.effect], [403, 'AccessDenied', undefined]);
});

test('an unauthenticated request is logged as anonymous', async () => {
  const { clock, emulator } = await open();
  const unknown = { accessKeyId: 'AKIAUNKNOWNEXAMPLE00', secretAccessKey: 'x' };
  await ask(emulator, unknown, { service: 'iam', operation: 'GetUser', now: clock.now() });
  assert.deepEqual(emulator.calls[1]?.caller, { kind: 'anonymous' });
  assert.equal(emulator.calls[1]?.accessKeyId, 'AKIAUNKNOWNEXAMPLE00');
});

test('no secret reaches the log, the history or the snapshot', async () => {
  const { clock, emulator, session } = await open();
  const password = 'correct-horse-battery';
  const parameters = { Password: password };
  await ask(emulator, session, {
    service: 'iam',
    operation: 'CreateLoginProfile',
    parameters,
    now: clock.now(),
  });
  const wrong = { ...session, secretAccessKey: 'wrong' };
  await ask(emulator, wrong, { service: 'iam', operation: 'GetUser', now: clock.now() });
  assert.equal(emulator.calls.at(-1)?.errorCode, 'SignatureDoesNotMatch');
  const { secretAccessKey } = emulator.callerCredentials();
  const kept = JSON.stringify([emulator.calls, emulator.history, emulator.snapshot()]);
  for (const secret of [password, secretAccessKey, session.secretAccessKey, session.sessionToken ?? '?']) {
    assert.ok(!kept.includes(secret));
  }
});

test('the history tells effects and changes in order', async () => {
  const { clock, emulator, session } = await open();
  emulator.changeAccount('222222222222', { name: 'renamed' });
  await ask(emulator, session, {
    service: 'iam',
    operation: 'DeleteAccessKey',
    parameters: { AccessKeyId: KEY },
    now: clock.now(),
  });
  assert.deepEqual(
    emulator.history.map(({ event, sequence }) => [event.kind, sequence]),
    [
      ['session-issued', 1],
      ['changed', undefined],
      ['deleted', 2],
    ],
  );
});

test('a snapshot is a copy', async () => {
  const { emulator } = await open();
  const before = emulator.snapshot();
  emulator.account('222222222222').accessKeys.pop();
  assert.equal(before['222222222222']?.accessKeys.length, 1);
});

test('accounts and callers that are not there are named', async () => {
  const { emulator } = await open();
  assert.throws(() => emulator.account('999999999999'), {
    message: 'No account 999999999999 in the scenario',
  });
  assert.throws(() => emulator.callerCredentials('nobody'), {
    message: 'No caller "nobody" in the scenario',
  });
});

test('formatCall shows nothing that could steer a terminal', async () => {
  const { clock, emulator } = await open();
  const operation = 'Get\u001b[2JUser';
  await ask(emulator, emulator.callerCredentials(), { service: 'iam', operation, now: clock.now() });
  const line = formatCall(emulator.calls[1] ?? assert.fail());
  assert.match(
    line,
    / iam Get\?\?2JUser 111111111111 → 400 InvalidAction \(operation unknown to the emulator\)$/,
  );
});
