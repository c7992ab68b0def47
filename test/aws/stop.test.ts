/** Calls while somebody asks to stop, and calls to where nobody answers. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { createCalls, type Send } from '../../src/aws/call.js';
import { classifyError } from '../../src/aws/failures.js';
import { openHandler } from '../../src/aws/http-handler.js';
import { Limiter } from '../../src/aws/limiter.js';
import { VirtualClock } from '../core/virtual-clock.js';

const SAYS = 'interrupted; nothing was written';
const INTERRUPTED = { code: 'INTERRUPTED', message: SAYS };
const TIMED_OUT = { name: 'TimeoutError', code: 'ETIMEDOUT', message: 'no whole answer within 30 s' };
const RESET = { name: 'Error', code: 'ECONNRESET', message: 'read ECONNRESET' };
const THROTTLING = { name: 'Throttling', message: 'Rate exceeded' };
const SIMPLE: Send<string> = async () => 'answer';

function open(clock = new VirtualClock()) {
  const stop = new AbortController();
  const calls = createCalls(clock, { stop: { signal: stop.signal, says: SAYS } });
  return { clock, stop, calls };
}

/** Something to send that is answered by nobody; `signals` of each request. */
function silent() {
  const signals: (AbortSignal | undefined)[] = [];
  const send: Send<never> = ({ abortSignal }) => {
    signals.push(abortSignal);
    return new Promise(() => undefined);
  };
  return { send, signals };
}

const failing =
  (failure: object, sent: { count: number }): Send<never> =>
  async () => {
    sent.count += 1;
    throw Object.assign(new Error(), failure);
  };

test('call ends at once, and its request with it, when somebody asks to stop', async () => {
  const { stop, calls } = open();
  const { send, signals } = silent();
  const called = calls.call(send);
  await new Promise(setImmediate);
  stop.abort();
  await assert.rejects(called, INTERRUPTED);
  assert.deepEqual(
    signals.map((signal) => signal?.aborted),
    [true],
  );
});

test('however many calls wait, a request to stop ends all of them, and nothing is warned of', async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  t.after(() => process.off('warning', note));
  const { stop, calls } = open();
  const called = Array.from({ length: 200 }, () => calls.call(silent().send));
  await new Promise(setImmediate);
  stop.abort();
  for (const outcome of await Promise.allSettled(called)) assert.equal(outcome.status, 'rejected');
  await new Promise(setImmediate);
  assert.deepEqual(warnings, []);
});

test('call sends nothing more once somebody has asked to stop', async () => {
  const { stop, calls } = open();
  stop.abort();
  const sent = { count: 0 };
  await assert.rejects(calls.call(failing(RESET, sent)), INTERRUPTED);
  assert.equal(sent.count, 0);
});

for (const failure of [THROTTLING, RESET]) {
  test(`call ends at once when somebody asks to stop while it waits after ${failure.name} ${failure.message}`, async () => {
    const clock = new VirtualClock();
    const { stop, calls } = open(
      Object.assign(clock, { sleep: () => new Promise<void>(() => stop.abort()) }),
    );
    const sent = { count: 0 };
    await assert.rejects(calls.call(failing(failure, sent)), INTERRUPTED);
    assert.equal(sent.count, 1);
  });
}

test('call ends at once when somebody asks to stop while it waits for its turn', async () => {
  const clock = new VirtualClock();
  const { stop, calls } = open(Object.assign(clock, { sleep: () => new Promise<void>(() => stop.abort()) }));
  const limiter = new Limiter({ perSecond: 1, burst: 1 }, clock);
  await calls.call(SIMPLE, limiter);
  await assert.rejects(calls.call(SIMPLE, limiter), INTERRUPTED);
});

test('callOnce is not cut off, nor is any later call of the same work; other work is', async () => {
  const { stop, calls } = open();
  const work = calls.forWork();
  let answer = (_: string) => {};
  const signals: unknown[] = [];
  const called = work.callOnce(({ abortSignal }) => {
    signals.push(abortSignal);
    return new Promise<string>((resolve) => {
      answer = resolve;
    });
  });
  await new Promise(setImmediate);
  stop.abort();
  answer('done');
  assert.equal(await called, 'done');
  assert.deepEqual(signals, [undefined]);
  assert.equal(await work.call(SIMPLE), 'answer');
  await assert.rejects(calls.forWork().call(SIMPLE), INTERRUPTED);
});

test('work that holds still repeats what was throttled or lost after somebody asked to stop', async () => {
  for (const failure of [THROTTLING, RESET]) {
    const { stop, calls } = open();
    const work = calls.forWork();
    work.hold();
    stop.abort();
    let count = 0;
    const send = async () => {
      count += 1;
      if (count < 3) throw Object.assign(new Error(), failure);
      return 'answer';
    };
    assert.equal(await work.call(send), 'answer');
  }
});

test('work that holds is throttled for one deadline at most after somebody asked to stop', async () => {
  const { clock, stop, calls } = open();
  const work = calls.forWork();
  work.hold();
  stop.abort();
  const start = clock.time;
  await assert.rejects(work.call(failing(THROTTLING, { count: 0 })), THROTTLING);
  assert.ok(clock.time - start < 30_000, `${clock.time - start}`);
});

test('work that holds ends with the first call that gets no answer in time after somebody asked to stop', async () => {
  const { stop, calls } = open();
  const work = calls.forWork();
  work.hold();
  const sent = { count: 0 };
  stop.abort();
  await assert.rejects(work.call(failing(TIMED_OUT, sent)), TIMED_OUT);
  await assert.rejects(work.call(failing(TIMED_OUT, sent)), TIMED_OUT);
  await assert.rejects(work.callOnce(failing(TIMED_OUT, sent)), TIMED_OUT);
  assert.equal(sent.count, 1);
});

test('call repeats what got no answer in time 6 times where nobody asked to stop', async () => {
  const { calls } = open();
  const sent = { count: 0 };
  await assert.rejects(calls.call(failing(TIMED_OUT, sent)), TIMED_OUT);
  assert.equal(sent.count, 6);
});

for (const { each, count, says } of [
  { each: 10_000, count: 2, says: '2 times in 20 s' },
  { each: 5_000, count: 4, says: '4 times in 20 s' },
  { each: 0, count: 6, says: '6 times in 2 s' },
]) {
  test(`call gives an endpoint up that has never answered after ${count} attempts of ${each} ms`, async (t) => {
    const server = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
    const requestHandler = openHandler(1);
    t.after(() => requestHandler.destroy());
    const settings = { endpoint: `http://${place}`, region: 'us-east-1', maxAttempts: 1 };
    const sts = new STSClient({ ...settings, credentials, requestHandler });
    const { clock, calls } = open();
    const left: number[] = [];
    const called = calls.call(async (options) => {
      left.push(options.requestTimeout);
      clock.time += each;
      return sts.send(new GetCallerIdentityCommand({}), options);
    });
    await assert.rejects(called, (error) => {
      assert(error instanceof Error);
      assert.match(error.message, new RegExp(`^(?:read ECONNRESET|socket hang up); tried ${place} ${says}$`));
      assert.equal(classifyError(error).kind, 'transient');
      return true;
    });
    assert.equal(left.length, count);
    assert.ok(left.every((it, index) => it <= 20_000 - index * each));
  });
}
