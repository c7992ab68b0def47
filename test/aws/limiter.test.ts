import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Limiter, type Rate } from '../../src/aws/limiter.js';
import { createLimiters } from '../../src/aws/quotas.js';
import { VirtualClock } from '../core/virtual-clock.js';

/** The instants, in ms from now, at which so many calls that are made at once may go. */
async function acquireAll(limiter: Limiter, clock: VirtualClock, calls: number): Promise<number[]> {
  const start = clock.time;
  const turns: number[] = [];
  const one = async () => {
    await limiter.acquire();
    turns.push(clock.time - start);
  };
  await Promise.all(Array.from({ length: calls }, one));
  return turns;
}

test('acquire lets a burst through at once, and then one call each interval', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 10, burst: 3 }, clock);
  assert.deepEqual(await acquireAll(limiter, clock, 6), [0, 0, 0, 100, 200, 300]);
});

test('acquire lets calls through in the order in which they came', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 10, burst: 1 }, clock);
  const order: number[] = [];
  await Promise.all([0, 1, 2, 3].map((call) => limiter.acquire().then(() => order.push(call))));
  assert.deepEqual(order, [0, 1, 2, 3]);
});

test('acquire lets the whole burst through again after a pause, and no more', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 10, burst: 3 }, clock);
  await acquireAll(limiter, clock, 5);
  clock.time += 3_600_000;
  assert.deepEqual(await acquireAll(limiter, clock, 4), [0, 0, 0, 100]);
});

test('acquire never lets more than burst + rate · t calls through in any t', async () => {
  const rates = fc.record({
    perSecond: fc.integer({ min: 1, max: 50 }),
    burst: fc.integer({ min: 1, max: 20 }),
  });
  const pauses = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(rates, pauses, async (rate: Rate, gaps) => {
      const clock = new VirtualClock();
      const limiter = new Limiter(rate, clock);
      const turns: number[] = [];
      let arrival = 0;
      const calls = gaps.map(async (gap) => {
        arrival += gap;
        if (arrival > 0) await clock.sleep(arrival);
        await limiter.acquire();
        turns.push(clock.time);
      });
      await Promise.all(calls);
      turns.forEach((from, first) => {
        turns.slice(first).forEach((to, more) => {
          // The clock tells whole milliseconds.
          const allowed = rate.burst + (rate.perSecond * (to - from + 1)) / 1000;
          assert(more + 1 <= allowed, `${more + 1} calls in ${to - from} ms, ${allowed} allowed`);
        });
      });
    }),
    { numRuns: 50 },
  );
});

test('acquire makes use of the whole rate when calls never pause', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 8, burst: 12 }, clock);
  const turns = await acquireAll(limiter, clock, 92);
  assert.equal(turns.at(-1), 10_000);
});

const GROWING = { perSecond: 20, burst: 20, growTo: 500 };

/** Has a limiter hold up all calls of so many seconds, all of which then go through. */
async function useFully(limiter: Limiter, clock: VirtualClock, seconds: number): Promise<void> {
  const end = clock.time + seconds * 1000;
  while (clock.time < end) {
    await limiter.acquire();
    limiter.succeeded();
  }
}

test('succeeded more than doubles the rate each second while AWS has refused nothing', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ ...GROWING, growTo: 10_000 }, clock);
  // The burst goes first.
  await useFully(limiter, clock, 1);
  const first = limiter.rate;
  await useFully(limiter, clock, 1);
  const second = limiter.rate;
  await useFully(limiter, clock, 1);
  assert(first > 30, `${first} calls a second`);
  assert(second > 2 * first, `${first} and then ${second} calls a second`);
  assert(limiter.rate > 2 * second, `${second} and then ${limiter.rate} calls a second`);
});

test('calls that wait go in their order, and sooner once the rate has grown', async () => {
  const clock = new VirtualClock();
  const start = clock.time;
  const limiter = new Limiter({ perSecond: 10, burst: 1, growTo: 10_000 }, clock);
  const turns: number[] = [];
  const one = async () => {
    await limiter.acquire();
    turns.push(clock.time - start);
    limiter.succeeded();
  };
  await Promise.all(Array.from({ length: 100 }, one));
  assert.deepEqual(
    turns,
    [...turns].sort((a, b) => a - b),
  );
  // At 10 a second, without growth, the last would go after 9.9 s.
  assert((turns.at(-1) ?? 0) < 4_000, String(turns.at(-1)));
});

test('a call that came after the rate had grown waits for none that has not', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 10, burst: 10, growTo: 10_000 }, clock);
  await acquireAll(limiter, clock, 11);
  for (let call = 0; call < 100; call += 1) limiter.succeeded();
  const interval = 1000 / limiter.rate;
  const [wait = 0] = await acquireAll(limiter, clock, 1);
  assert(wait <= Math.ceil(interval), `${wait} ms at ${limiter.rate} calls a second`);
});

test('a call that is stopped while it waits leaves its turn to the next, and no timer behind', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 1, burst: 1 }, clock);
  await limiter.acquire();
  const stop = new AbortController();
  const stopped = limiter.acquire({ signal: stop.signal, says: 'interrupted' });
  const next = limiter.acquire();
  stop.abort();
  await assert.rejects(stopped, { code: 'INTERRUPTED' });
  const before = clock.time;
  await next;
  assert(clock.time - before <= 1000);
});

test('succeeded never grows the rate beyond its end', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ ...GROWING, growTo: 30 }, clock);
  await useFully(limiter, clock, 10);
  assert.equal(limiter.rate, 30);
});

test('succeeded leaves a rate as it is that nobody uses up', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter(GROWING, clock);
  for (let call = 0; call < 1000; call += 1) {
    clock.time += 60;
    await limiter.acquire();
    limiter.succeeded();
  }
  assert.equal(limiter.rate, 20);
});

test('succeeded grows quickly to near the rate that AWS refused, and slowly from there', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ ...GROWING, growTo: 100 }, clock);
  await useFully(limiter, clock, 10);
  limiter.throttled();
  await useFully(limiter, clock, 2);
  const near = limiter.rate;
  await useFully(limiter, clock, 5);
  assert(near > 84 && near < 95, `${near} calls a second after 2 s`);
  assert(limiter.rate > near + 5 && limiter.rate <= 100, `${limiter.rate} calls a second after 7 s`);
});

test('a limiter that starts without a limit holds nothing up until AWS throttles', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 8, burst: 12 }, clock, Number.POSITIVE_INFINITY);
  assert.deepEqual(new Set(await acquireAll(limiter, clock, 1000)), new Set([0]));
  limiter.throttled();
  assert.equal(limiter.rate, 8);
  assert.deepEqual(await acquireAll(limiter, clock, 2), [125, 250]);
});

test('throttled has those wait for a turn at the new rate who were waiting already', async () => {
  const clock = new VirtualClock();
  const start = clock.time;
  const limiter = new Limiter({ perSecond: 10, burst: 1, growTo: 500 }, clock);
  const turns = acquireAll(limiter, clock, 4);
  await clock.sleep(50);
  limiter.throttled();
  // At 10 a second they would have gone at 100, 200 and 300 ms.
  assert(
    (await turns).slice(1).every((turn, index) => turn >= 200 * (index + 1)),
    String(await turns),
  );
  assert(clock.time - start >= 600);
});

test('throttled has everybody wait for as long as AWS asked', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 10, burst: 5 }, clock);
  limiter.throttled(3000);
  assert.deepEqual(await acquireAll(limiter, clock, 2), [3100, 3200]);
});

test('succeeded leaves the rate as it is when AWS documents one', () => {
  const limiter = new Limiter({ perSecond: 8, burst: 12 }, new VirtualClock());
  for (let call = 0; call < 100; call += 1) limiter.succeeded();
  assert.equal(limiter.rate, 8);
});

test('throttled halves the rate once, however many calls of a second were refused', () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 20, burst: 20, growTo: 500 }, clock);
  for (let call = 0; call < 10; call += 1) limiter.throttled();
  clock.time += 999;
  limiter.throttled();
  assert.equal(limiter.rate, 10);
});

test('throttled halves the rate again when a second has passed', () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 20, burst: 20, growTo: 500 }, clock);
  limiter.throttled();
  clock.time += 1000;
  limiter.throttled();
  assert.equal(limiter.rate, 5);
});

test('throttled never slows below one call a second', () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 2, burst: 2, growTo: 500 }, clock);
  for (let call = 0; call < 5; call += 1) {
    limiter.throttled();
    clock.time += 1000;
  }
  assert.equal(limiter.rate, 1);
});

test('throttled leaves the rate as it is when AWS documents one', () => {
  const limiter = new Limiter({ perSecond: 8, burst: 12 }, new VirtualClock());
  limiter.throttled();
  assert.equal(limiter.rate, 8);
});

test('throttled empties the bucket, so that no burst follows', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 10, burst: 5 }, clock);
  limiter.throttled();
  assert.deepEqual(await acquireAll(limiter, clock, 3), [100, 200, 300]);
});

test('acquire waits no longer when the clock was set back', async () => {
  const clock = new VirtualClock();
  const limiter = new Limiter({ perSecond: 10, burst: 1 }, clock);
  await limiter.acquire();
  clock.time -= 3_600_000;
  const before = clock.time;
  await limiter.acquire();
  assert(clock.time - before <= 200, `${clock.time - before} ms`);
});

/** Sends calls, each of which AWS answers after 40 ms, within a quota that the limiter does not know. */
async function callAll(limiter: Limiter, clock: VirtualClock, calls: number, quota: Rate) {
  const start = clock.time;
  const [throttled, sent] = [
    [0, 0],
    [0, 0],
  ] as [[number, number], [number, number]];
  let tokens = quota.burst;
  let countedAt = start;
  const isAllowed = () => {
    tokens = Math.min(quota.burst, tokens + ((clock.time - countedAt) * quota.perSecond) / 1000);
    countedAt = clock.time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const one = async () => {
    for (;;) {
      await limiter.acquire();
      await clock.sleep(40);
      const late = clock.time - start > 1000 ? 1 : 0;
      sent[late] += 1;
      if (isAllowed()) break;
      throttled[late] += 1;
      limiter.throttled();
    }
    limiter.succeeded();
  };
  await Promise.all(Array.from({ length: calls }, one));
  return { seconds: (clock.time - start) / 1000, lateShare: throttled[1] / Math.max(1, sent[1]) };
}

for (const [perSecond, burst] of [
  [20, 40],
  [50, 100],
  [100, 200],
] as const) {
  test(`AssumeRoot uses up an unknown quota of ${perSecond} a second and a burst of ${burst}, and little is throttled`, async () => {
    const clock = new VirtualClock();
    const { assumeRoot } = createLimiters({ quotaShare: 0.95 }, clock);
    const { seconds, lateShare } = await callAll(assumeRoot, clock, 938, { perSecond, burst });
    assert(seconds <= (1.15 * 938) / perSecond, `${seconds} s`);
    assert(lateShare < 0.1, `${Math.round(lateShare * 100)} % throttled after the first second`);
  });
}

test('AssumeRoot of 1,000 accounts takes little more than two seconds where nothing is throttled', async () => {
  const clock = new VirtualClock();
  const { assumeRoot } = createLimiters({ quotaShare: 0.95 }, clock);
  const { seconds } = await callAll(assumeRoot, clock, 1000, { perSecond: 10_000, burst: 10_000 });
  assert(seconds < 2.5, `${seconds} s`);
});
