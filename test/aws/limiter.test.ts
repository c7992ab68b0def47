import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Limiter, type Rate } from '../../src/aws/limiter.js';
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

test('succeeded grows the rate by the rate at the start for each second of calls', () => {
  const limiter = new Limiter({ perSecond: 20, burst: 20, growTo: 500 }, new VirtualClock());
  const rates = Array.from({ length: 5 }, () => {
    const { rate } = limiter;
    for (let call = 0; call < rate; call += 1) limiter.succeeded();
    return Math.round(rate / 20);
  });
  assert.deepEqual(rates, [1, 2, 3, 3, 4]);
});

test('succeeded never grows the rate beyond its end', () => {
  const limiter = new Limiter({ perSecond: 20, burst: 20, growTo: 30 }, new VirtualClock());
  for (let call = 0; call < 1000; call += 1) limiter.succeeded();
  assert.equal(limiter.rate, 30);
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
