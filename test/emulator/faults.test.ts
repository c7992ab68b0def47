import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEmulator } from '../../src/emulator/emulator.js';
import type { Fault, FaultMatch, FaultRule } from '../../src/emulator/faults/rule.js';
import { ask, assumeRoot, type Request, virtualClock } from './signed-request.js';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SCENARIO = {
  paging: { emptyPages: 0 },
  accounts: [
    { id: '222222222222', name: 'sandbox-1', ou: '/Sandbox', root: { password: true, accessKeys: [KEY] } },
    { id: '333333333333', name: 'sandbox-2', ou: '/Quarantine', root: { password: true } },
  ],
};

/** An emulator with a deleting session in each account, which the rules do not strike. */
async function open(rules: readonly FaultRule[]) {
  const clock = virtualClock();
  const emulator = openEmulator(SCENARIO, { now: clock.now });
  const task = 'IAMDeleteRootUserCredentials';
  const session = await assumeRoot(emulator, '222222222222', task, clock.now());
  const other = await assumeRoot(emulator, '333333333333', task, clock.now());
  emulator.resetCalls();
  emulator.setFaults(rules);
  const iam = (operation: string, parameters: Request['parameters'] = {}, credentials = session) =>
    ask(emulator, credentials, { service: 'iam', operation, parameters, now: clock.now() });
  const list = () =>
    ask(emulator, emulator.callerCredentials(), {
      service: 'organizations',
      operation: 'ListAccounts',
      now: clock.now(),
    });
  const deleteKey = () => iam('DeleteAccessKey', { AccessKeyId: KEY });
  return { clock, emulator, other, iam, list, deleteKey, account: emulator.account('222222222222') };
}

function rule(fault: Fault, match: FaultMatch = {}): readonly FaultRule[] {
  return [{ match, fault }];
}

test('throttle answers the error of each service', async () => {
  const { iam, list } = await open(rule({ kind: 'throttle' }));
  const query = await iam('GetUser');
  assert.deepEqual([query.status, query.code], [400, 'Throttling']);
  const json = await list();
  assert.deepEqual([json.status, json.code], [400, 'TooManyRequestsException']);
});

test('http-error answers the failure of each service', async () => {
  const internal = await open(rule({ kind: 'http-error', status: 500 }));
  assert.deepEqual(await statusAndCode(internal.iam('GetUser')), [500, 'ServiceFailure']);
  assert.deepEqual(await statusAndCode(internal.list()), [500, 'ServiceException']);
  const unavailable = await open(rule({ kind: 'http-error', status: 503 }));
  assert.deepEqual(await statusAndCode(unavailable.iam('GetUser')), [503, 'ServiceUnavailable']);
});

for (const [name, fault, answer] of [
  ['http-error', { kind: 'http-error', status: 500 }, [500, 'ServiceFailure']],
  ['http-error 503', { kind: 'http-error', status: 503 }, [503, 'ServiceUnavailable']],
  ['conflict', { kind: 'conflict', code: 'ConcurrentModification' }, [409, 'ConcurrentModification']],
  ['error', { kind: 'error', status: 504, code: 'Timeout', message: 'Too late' }, [504, 'Timeout']],
] as const) {
  test(`${name} before the effect, which is where it is unless told otherwise, deletes nothing`, async () => {
    for (const moment of [{}, { when: 'before-effect' }] as const) {
      const { deleteKey, account, emulator } = await open(rule({ ...fault, ...moment }));
      assert.deepEqual(await statusAndCode(deleteKey()), answer);
      assert.equal(account.accessKeys.length, 1);
      assert.equal(emulator.calls[0]?.effect, undefined);
    }
  });

  test(`${name} after the effect is answered although the credential is gone, as log and history say`, async () => {
    const { deleteKey, account, emulator } = await open(rule({ ...fault, when: 'after-effect' }));
    assert.deepEqual(await statusAndCode(deleteKey()), answer);
    assert.equal(account.accessKeys.length, 0);
    const [call] = emulator.calls;
    assert.deepEqual([call?.status, call?.errorCode, call?.effect?.kind], [...answer, 'deleted']);
    assert.equal(emulator.history.at(-1)?.event.kind, 'deleted');
  });
}

test('an error after the effect takes the place of a refusal too', async () => {
  const { iam } = await open(rule({ kind: 'http-error', status: 503, when: 'after-effect' }));
  const missing = iam('DeleteAccessKey', { AccessKeyId: 'AKIAI44QH8DHBEXAMPLE' });
  assert.deepEqual(await statusAndCode(missing), [503, 'ServiceUnavailable']);
});

test('an error after the effect of a lie has no effect', async () => {
  const { deleteKey, account } = await open([
    ...rule({ kind: 'lie' }),
    ...rule({ kind: 'http-error', status: 500, when: 'after-effect' }),
  ]);
  assert.deepEqual(await statusAndCode(deleteKey()), [500, 'ServiceFailure']);
  assert.equal(account.accessKeys.length, 1);
});

test('an expired session is told so, whatever error would have come before the effect', async () => {
  const { iam } = await open([
    ...rule({ kind: 'expire-session' }),
    ...rule({ kind: 'http-error', status: 500 }),
  ]);
  assert.deepEqual(await statusAndCode(iam('GetUser')), [403, 'ExpiredToken']);
});

test('access-denied answers the given text', async () => {
  const { iam } = await open(rule({ kind: 'access-denied', message: 'Not <today> & not tomorrow' }));
  const seen = await iam('GetUser');
  assert.deepEqual([seen.status, seen.code], [403, 'AccessDenied']);
  assert.match(seen.body, /<Message>Not &lt;today&gt; &amp; not tomorrow<\/Message>/);
});

for (const code of ['EntityTemporarilyUnmodifiable', 'ConcurrentModification'] as const) {
  test(`conflict answers ${code} with 409 and deletes nothing`, async () => {
    const { deleteKey, account } = await open(rule({ kind: 'conflict', code }));
    assert.deepEqual(await statusAndCode(deleteKey()), [409, code]);
    assert.equal(account.accessKeys.length, 1);
  });
}

test('error answers whatever it is told to', async () => {
  const { iam } = await open(
    rule({ kind: 'error', status: 409, code: 'LimitExceeded', message: 'Too much' }),
  );
  assert.deepEqual(await statusAndCode(iam('GetUser')), [409, 'LimitExceeded']);
});

test('latency delays the answer, by a fixed time or one drawn from a range', async () => {
  const fixed = await open(rule({ kind: 'latency', milliseconds: 40 }));
  assert.equal((await fixed.iam('GetUser')).delay, 40);
  const drawn = await open(rule({ kind: 'latency', milliseconds: { from: 10, to: 20 } }));
  const { delay } = await drawn.iam('GetUser');
  assert.ok(delay >= 10 && delay < 20);
});

test('latency around a mean has that mean', async () => {
  const { iam } = await open(rule({ kind: 'latency', milliseconds: { mean: 100 } }));
  let sum = 0;
  for (let i = 0; i < 500; i++) sum += (await iam('GetUser')).delay;
  assert.ok(sum / 500 > 80 && sum / 500 < 120, String(sum / 500));
});

test('latency with a long tail has that median and that 99th percentile, the same delays each time', async () => {
  const sample = async () => {
    const { iam } = await open(rule({ kind: 'latency', milliseconds: { median: 80, p99: 900 } }));
    const delays: number[] = [];
    for (let i = 0; i < 3000; i++) delays.push((await iam('GetUser')).delay);
    return delays;
  };
  const delays = await sample();
  const sorted = delays.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  assert.ok(quantile(0.5) > 72 && quantile(0.5) < 88, String(quantile(0.5)));
  assert.ok(quantile(0.99) > 700 && quantile(0.99) < 1150, String(quantile(0.99)));
  assert.deepEqual(await sample(), delays);
});

test('latency whose 99th percentile is its median is always the same', async () => {
  const { iam } = await open(rule({ kind: 'latency', milliseconds: { median: 80, p99: 80 } }));
  assert.equal((await iam('GetUser')).delay, 80);
});

test('delays of several rules add up', async () => {
  const { iam } = await open([
    ...rule({ kind: 'latency', milliseconds: 5 }),
    ...rule({ kind: 'latency', milliseconds: 7 }, { operation: 'Get*' }),
  ]);
  assert.equal((await iam('GetUser')).delay, 12);
});

test('drop before the effect leaves the credential, after the effect it is gone', async () => {
  const before = await open(rule({ kind: 'drop', when: 'before-effect' }));
  assert.equal((await before.deleteKey()).code, 'drop');
  assert.equal(before.account.accessKeys.length, 1);
  assert.deepEqual([before.emulator.calls[0]?.status, before.emulator.calls[0]?.effect], [0, undefined]);
  const after = await open(rule({ kind: 'drop', when: 'after-effect' }));
  assert.equal((await after.deleteKey()).code, 'drop');
  assert.equal(after.account.accessKeys.length, 0);
  assert.deepEqual(
    [after.emulator.calls[0]?.status, after.emulator.calls[0]?.effect?.kind],
    [200, 'deleted'],
  );
});

test('no-answer after the effect leaves the client waiting and the credential gone', async () => {
  const { deleteKey, account } = await open(rule({ kind: 'no-answer', when: 'after-effect' }));
  assert.equal((await deleteKey()).code, 'no-answer');
  assert.equal(account.accessKeys.length, 0);
});

for (const [when, left] of [
  ['before-effect', 1],
  ['after-effect', 0],
] as const) {
  test(`garbled answers with a page of somebody else, ${when} leaves ${left} credential`, async () => {
    const { deleteKey, account, emulator } = await open(rule({ kind: 'garbled', when }));
    const { status, body } = await deleteKey();
    assert.equal(status, 200);
    assert.doesNotMatch(body, /DeleteAccessKeyResponse/);
    assert.equal(account.accessKeys.length, left);
    assert.equal(emulator.calls[0]?.delivery, 'garbled');
  });
}

test('lie answers 200 and changes nothing', async () => {
  const { deleteKey, account, emulator } = await open(
    rule({ kind: 'lie' }, { operation: 'DeleteAccessKey' }),
  );
  assert.equal((await deleteKey()).status, 200);
  assert.equal(account.accessKeys.length, 1);
  assert.equal(emulator.calls[0]?.effect, undefined);
  assert.deepEqual(emulator.calls[0]?.faults, ['lie']);
});

test('delayed-visibility lists a deleted credential until its time has come', async () => {
  const { deleteKey, iam, clock, account } = await open(
    rule({ kind: 'delayed-visibility', milliseconds: 3000 }, { operation: 'DeleteAccessKey' }),
  );
  await deleteKey();
  assert.equal(account.accessKeys.length, 0);
  assert.match((await iam('ListAccessKeys')).body, new RegExp(KEY));
  clock.advance(3000);
  assert.doesNotMatch((await iam('ListAccessKeys')).body, new RegExp(KEY));
});

test('a deletion that is not visible yet cannot be repeated', async () => {
  const { deleteKey } = await open(rule({ kind: 'delayed-visibility', milliseconds: 3000 }));
  await deleteKey();
  assert.deepEqual(await statusAndCode(deleteKey()), [404, 'NoSuchEntity']);
});

test('delayed-visibility hides a created password until its time has come', async () => {
  const { emulator, clock } = await open(
    rule({ kind: 'delayed-visibility', milliseconds: 1000 }, { operation: 'CreateLoginProfile' }),
  );
  emulator.account('222222222222').password = undefined;
  const session = await assumeRoot(emulator, '222222222222', 'IAMCreateRootUserPassword', clock.now());
  const call = (operation: string) => ask(emulator, session, { service: 'iam', operation, now: clock.now() });
  assert.equal((await call('CreateLoginProfile')).status, 200);
  assert.equal((await call('GetLoginProfile')).code, 'NoSuchEntity');
  clock.advance(1000);
  assert.equal((await call('GetLoginProfile')).status, 200);
});

test('expire-session ends the session at that call, for good', async () => {
  const { iam, deleteKey, account } = await open(
    rule({ kind: 'expire-session' }, { operation: 'DeleteAccessKey' }),
  );
  assert.equal((await iam('GetUser')).status, 200);
  assert.deepEqual(await statusAndCode(deleteKey()), [403, 'ExpiredToken']);
  assert.deepEqual(await statusAndCode(iam('GetUser')), [403, 'ExpiredToken']);
  assert.equal(account.accessKeys.length, 1);
});

test('change-account changes the account right before the answer', async () => {
  const { iam, emulator } = await open(
    rule(
      { kind: 'change-account', change: { add: { accessKeys: ['AKIAI44QH8DHBEXAMPLE'] } } },
      { operation: 'ListAccessKeys', nth: 2 },
    ),
  );
  assert.doesNotMatch((await iam('ListAccessKeys')).body, /AKIAI44QH8DHBEXAMPLE/);
  assert.match((await iam('ListAccessKeys')).body, /AKIAI44QH8DHBEXAMPLE/);
  assert.equal(emulator.history.at(-1)?.event.kind, 'changed');
});

test('change-account moves, renames, retags and suspends another account', async () => {
  const change = { ou: '/Quarantine', name: 'renamed', tags: { a: 'b' }, state: 'SUSPENDED' } as const;
  const { list, account } = await open(rule({ kind: 'change-account', account: '222222222222', change }));
  const seen = await list();
  assert.match(seen.body, /"Name":"renamed"/);
  assert.match(seen.body, /"State":"SUSPENDED"/);
  assert.deepEqual(account.tags, { a: 'b' });
});

test('change-account takes an account out of the organization', async () => {
  const { list } = await open(
    rule({ kind: 'change-account', account: '222222222222', change: { leave: true } }),
  );
  assert.doesNotMatch((await list()).body, /222222222222\//);
});

test('change-account happens even if the connection is then lost, and is in the history', async () => {
  const { emulator, deleteKey, account } = await open([
    ...rule({ kind: 'change-account', change: { remove: { accessKeys: [KEY] } } }),
    ...rule({ kind: 'drop', when: 'before-effect' }),
  ]);
  assert.equal((await deleteKey()).code, 'drop');
  assert.equal(account.accessKeys.length, 0);
  assert.equal(emulator.history.at(-1)?.event.kind, 'changed');
});

test('nth strikes one call, every strikes each n-th, times sets an end', async () => {
  const codes = async (match: FaultMatch) => {
    const { iam } = await open(rule({ kind: 'throttle' }, match));
    let struck = '';
    for (let i = 0; i < 6; i++) struck += (await iam('GetUser')).status === 200 ? '.' : 'x';
    return struck;
  };
  assert.equal(await codes({ nth: 3 }), '..x...');
  assert.equal(await codes({ every: 2 }), '.x.x.x');
  assert.equal(await codes({ times: 2 }), 'xx....');
  assert.equal(await codes({ every: 2, times: 2 }), '.x.x..');
});

test('probability strikes its share of the calls, the same ones each time', async () => {
  const strikes = async () => {
    const { iam } = await open(rule({ kind: 'throttle' }, { probability: 0.25 }));
    const struck: boolean[] = [];
    for (let i = 0; i < 400; i++) struck.push((await iam('GetUser')).status !== 200);
    return struck;
  };
  const first = await strikes();
  const share = first.filter(Boolean).length / 400;
  assert.ok(share > 0.18 && share < 0.32, String(share));
  assert.deepEqual(await strikes(), first);
});

test('rules strike by service, account and caller', async () => {
  const strikes = async (match: FaultMatch) => {
    const { iam, list, other } = await open(rule({ kind: 'throttle' }, match));
    const seen = [await iam('GetUser'), await iam('GetUser', {}, other), await list()];
    return seen.map(({ status }) => (status === 200 ? '.' : 'x')).join('');
  };
  assert.equal(await strikes({ service: 'iam' }), 'xx.');
  assert.equal(await strikes({ account: '333333333333' }), '.x.');
  assert.equal(await strikes({ caller: 'operator' }), '..x');
  assert.equal(await strikes({ caller: 'session' }), 'xx.');
  assert.equal(await strikes({ operation: 'List*' }), '..x');
});

test('a rule on the target strikes AssumeRoot', async () => {
  const { emulator, clock } = await open(rule({ kind: 'throttle' }, { account: '333333333333' }));
  const issued = async (id: string) =>
    (await assumeRoot(emulator, id, 'IAMAuditRootUserCredentials', clock.now())).accessKeyId;
  assert.notEqual(await issued('222222222222'), '');
  assert.equal(await issued('333333333333'), '');
});

test('a lying AssumeRoot hands out credentials that nobody knows', async () => {
  const { emulator, clock } = await open(rule({ kind: 'lie' }, { operation: 'AssumeRoot' }));
  const session = await assumeRoot(emulator, '222222222222', 'IAMAuditRootUserCredentials', clock.now());
  const seen = await ask(emulator, session, { service: 'iam', operation: 'GetUser', now: clock.now() });
  assert.equal(seen.code, 'InvalidClientTokenId');
});

async function statusAndCode(seen: ReturnType<typeof ask>) {
  const { status, code } = await seen;
  return [status, code];
}
