import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCalls } from '../../src/aws/call.js';
import { Limiter } from '../../src/aws/limiter.js';
import { VirtualClock } from '../core/virtual-clock.js';

const MINUTE = 60_000;
const THROTTLING = { name: 'Throttling', message: 'Rate exceeded' };
const RESET = { name: 'Error', code: 'ECONNRESET', message: 'read ECONNRESET' };
const BUSY = { name: 'EntityTemporarilyUnmodifiableException', message: 'try again' };
const DENIED = { name: 'AccessDenied', message: 'no' };

/** Something to send that fails as it is told, one failure a call, and succeeds from then on. */
function failing(failures: readonly object[]) {
  const sent = { count: 0, send: async () => Promise.resolve('') };
  sent.send = async () => {
    const failure = failures[sent.count];
    sent.count += 1;
    if (failure !== undefined) throw Object.assign(new Error(), failure);
    return 'answer';
  };
  return sent;
}
const times = (count: number, failure: object) => Array.from({ length: count }, () => failure);

test('call gives the answer of a call that succeeds, at once', async () => {
  const clock = new VirtualClock();
  const sent = failing([]);
  assert.equal(await createCalls(clock).call(sent.send), 'answer');
  assert.deepEqual([sent.count, clock.sleeps], [1, []]);
});

for (const [what, failure] of [
  ['was denied', DENIED],
  ['found nothing', { name: 'NoSuchEntityException', message: 'no' }],
  ['was made with an expired session', { name: 'ExpiredToken', message: 'no' }],
  ['failed for a reason that rootsweep does not know', { name: 'MalformedInput', message: 'no' }],
] as const) {
  test(`call repeats nothing when a call ${what}`, async () => {
    const sent = failing(times(10, failure));
    await assert.rejects(createCalls(new VirtualClock()).call(sent.send), failure);
    assert.equal(sent.count, 1);
  });
}

test('call repeats a throttled call for as long as it takes', async () => {
  const sent = failing(times(40, THROTTLING));
  assert.equal(await createCalls(new VirtualClock()).call(sent.send), 'answer');
  assert.equal(sent.count, 41);
});

test('call gives a throttled call up only when 15 minutes have passed', async () => {
  const clock = new VirtualClock();
  const start = clock.time;
  const sent = failing(times(10_000, THROTTLING));
  await assert.rejects(createCalls(clock).call(sent.send), THROTTLING);
  const lasted = clock.time - start;
  assert(lasted >= 15 * MINUTE && lasted < 15.5 * MINUTE, `${lasted}`);
});

test('call waits twice as long each time a call is throttled, up to 20 s', async () => {
  const clock = new VirtualClock(undefined, 1);
  await createCalls(clock).call(failing(times(8, THROTTLING)).send);
  assert.deepEqual(clock.sleeps, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
});

test('call waits a random part of that time', async () => {
  const clock = new VirtualClock(undefined, 0.25);
  await createCalls(clock).call(failing(times(3, THROTTLING)).send);
  assert.deepEqual(clock.sleeps, [125, 250, 500]);
});

test('call waits as long as Retry-After says', async () => {
  const clock = new VirtualClock();
  const failure = { ...THROTTLING, $response: { headers: { 'retry-after': '7' } } };
  await createCalls(clock).call(failing([failure]).send);
  assert.deepEqual(clock.sleeps, [7000]);
});

test('call waits a minute at most when Retry-After asks for a day', async () => {
  const clock = new VirtualClock();
  const failure = { ...THROTTLING, $response: { headers: { 'retry-after': '86400' } } };
  await createCalls(clock).call(failing([failure]).send);
  assert.deepEqual(clock.sleeps, [60_000]);
});

test('call waits longer than Retry-After says when its own wait is longer', async () => {
  const clock = new VirtualClock(undefined, 1);
  const failure = { ...BUSY, $response: { headers: { 'retry-after': '0' } } };
  await createCalls(clock).call(failing([failure]).send);
  assert.deepEqual(clock.sleeps, [1000]);
});

test('call makes 6 attempts when the network fails', async () => {
  const sent = failing(times(10, RESET));
  await assert.rejects(createCalls(new VirtualClock()).call(sent.send), RESET);
  assert.equal(sent.count, 6);
});

test('call gives the answer when the sixth attempt succeeds', async () => {
  assert.equal(await createCalls(new VirtualClock()).call(failing(times(5, RESET)).send), 'answer');
});

test('call makes 6 attempts when a conflicting change is under way', async () => {
  const sent = failing(times(10, BUSY));
  await assert.rejects(createCalls(new VirtualClock()).call(sent.send), BUSY);
  assert.equal(sent.count, 6);
});

test('call waits a second and more when a conflicting change is under way', async () => {
  const clock = new VirtualClock(undefined, 1);
  await createCalls(clock).call(failing(times(5, BUSY)).send);
  assert.deepEqual(clock.sleeps, [1000, 2000, 4000, 8000, 16_000]);
});

test('call still repeats a call that the network fails after it was throttled for long', async () => {
  const sent = failing([...times(20, THROTTLING), RESET]);
  assert.equal(await createCalls(new VirtualClock()).call(sent.send), 'answer');
});

test('call rejects with what the SDK rejected with', async () => {
  const failure = Object.assign(new Error('no'), DENIED);
  const send = () => Promise.reject(failure);
  await assert.rejects(createCalls(new VirtualClock()).call(send), (error) => error === failure);
});

test('call takes a turn of the limiter for each attempt', async () => {
  const clock = new VirtualClock(undefined, 0);
  const start = clock.time;
  const limiter = new Limiter({ perSecond: 1, burst: 1 }, clock);
  await createCalls(clock).call(failing(times(3, RESET)).send, limiter);
  assert.equal(clock.time - start, 3000);
});

test('call tells the limiter of throttling', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 20, burst: 20, growTo: 500 }, clock);
  await assert.rejects(createCalls(clock).callOnce(failing([THROTTLING]).send));
  assert.equal(limiter.rate, 20);
  await createCalls(clock).call(failing([THROTTLING]).send, limiter);
  assert.equal(limiter.rate, 10);
});

test('call has other calls of the same quota wait too when AWS asks for it', async () => {
  const clock = new VirtualClock();
  const start = clock.time;
  const limiter = new Limiter({ perSecond: 20, burst: 20 }, clock);
  const { call } = createCalls(clock);
  const refused = call(
    failing([{ ...THROTTLING, $response: { headers: { 'retry-after': '7' } } }]).send,
    limiter,
  );
  await clock.sleep(1);
  assert((await call(async () => clock.time - start, limiter)) >= 7000);
  await refused;
});

test('call keeps all calls together below the rate that was asked for', async () => {
  const clock = new VirtualClock();
  const { call, callOnce } = createCalls(clock, { maxRate: 10 });
  const limiter = new Limiter({ perSecond: 1000, burst: 1000 }, clock);
  const start = clock.time;
  const sent: number[] = [];
  const send = async () => sent.push(clock.time - start);
  await Promise.all([call(send), call(send, limiter), callOnce(send), call(send)]);
  assert.deepEqual(sent, [0, 100, 200, 300]);
});

test('call tells the limiter of success', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 20, burst: 1, growTo: 500 }, clock);
  await createCalls(clock).call(failing([]).send, limiter);
  await createCalls(clock).call(failing([]).send, limiter);
  assert.equal(limiter.rate, 21);
});

test('call does not slow the limiter down when the network fails', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 20, burst: 20, growTo: 500 }, clock);
  await createCalls(clock).call(failing([RESET]).send, limiter);
  assert.equal(limiter.rate, 20);
});

for (const failure of [THROTTLING, RESET, BUSY, DENIED]) {
  test(`callOnce sends once when the SDK rejects with ${failure.name} ${failure.message}`, async () => {
    const sent = failing(times(10, failure));
    await assert.rejects(createCalls(new VirtualClock()).callOnce(sent.send), failure);
    assert.equal(sent.count, 1);
  });
}

test('callOnce sends again when AWS refused the signature for its time, once', async () => {
  const skewed = {
    name: 'SignatureDoesNotMatch',
    message: 'expired',
    $metadata: { httpStatusCode: 403, clockSkewCorrected: true },
  };
  assert.equal(await createCalls(new VirtualClock()).callOnce(failing([skewed]).send), 'answer');
  const sent = failing(times(10, skewed));
  await assert.rejects(createCalls(new VirtualClock()).callOnce(sent.send), skewed);
  assert.equal(sent.count, 2);
});
