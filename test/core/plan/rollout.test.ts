import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findWave } from '../../../src/core/plan/rollout.js';
import type { Wave } from '../../../src/core/policy/policy.js';

const accounts = (value: number): Wave => ({ kind: 'accounts', value });
const percent = (value: number): Wave => ({ kind: 'percent', value });

/** The number and target of every wave of a rollout in which nothing goes wrong, as `1: 2`. */
function stepsOf(waves: readonly Wave[], total: number): string[] {
  const steps: string[] = [];
  let done = 0;
  for (let wave = findWave(waves, total, 0); wave !== undefined; wave = findWave(waves, total, done)) {
    steps.push(`${wave.number}/${wave.of}: ${wave.target}`);
    done = wave.target;
  }
  return steps;
}

const ALL = percent(100);
const STEPS: readonly [what: string, waves: readonly Wave[], total: number, steps: readonly string[]][] = [
  ['the default', [accounts(1), accounts(10), ALL], 50, ['1/3: 1', '2/3: 10', '3/3: 50']],
  ['shares', [percent(10), percent(50), ALL], 40, ['1/3: 4', '2/3: 20', '3/3: 40']],
  ['a share that is no whole number', [percent(25), ALL], 11, ['1/2: 2', '2/2: 11']],
  ['a share of less than one account', [percent(1), ALL], 11, ['1/2: 1', '2/2: 11']],
  ['equal waves', [accounts(1), percent(10), percent(20), ALL], 12, ['1/3: 1', '2/3: 2', '3/3: 12']],
  ['waves beyond all accounts', [accounts(1), accounts(10), accounts(20), ALL], 5, ['1/2: 1', '2/2: 5']],
  ['a single account', [accounts(1), accounts(10), ALL], 1, ['1/1: 1']],
  ['no account', [accounts(1), ALL], 0, []],
];
for (const [what, waves, total, steps] of STEPS) {
  test(`findWave goes from wave to wave when there are ${what}`, () => {
    assert.deepEqual(stepsOf(waves, total), steps);
  });
}

test('findWave numbers the waves without gaps when a share is less than the number before it', () => {
  assert.deepEqual(stepsOf([accounts(10), percent(25), ALL], 20), ['1/2: 10', '2/2: 20']);
});

const DONE: readonly [done: number, wave: number | undefined, target: number | undefined][] = [
  [0, 1, 1],
  [1, 2, 4],
  [3, 2, 4],
  [4, 3, 10],
  [9, 3, 10],
  [10, undefined, undefined],
];
for (const [done, wave, target] of DONE) {
  test(`findWave is in wave ${wave} when ${done} of 10 accounts are done`, () => {
    const found = findWave([accounts(1), accounts(4), ALL], 10, done);
    assert.deepEqual([found?.number, found?.target], [wave, target]);
  });
}

test('findWave finds none when the waves leave accounts out and the others are done', () => {
  assert.equal(findWave([accounts(1), percent(50)], 10, 5), undefined);
});

/** What a policy may say: numbers, then shares, each growing, and 100 % at last. */
const policyWaves = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 300 })), fc.uniqueArray(fc.integer({ min: 1, max: 99 })))
  .map(([numbers, shares]) => [
    ...numbers.sort((a, b) => a - b).map(accounts),
    ...shares.sort((a, b) => a - b).map(percent),
    ALL,
  ]);
const total = fc.integer({ min: 1, max: 250 });

test('findWave always lets some accounts go, and never more than there are, until all are done', () => {
  fc.assert(
    fc.property(policyWaves, total, fc.nat(250), (waves, all, some) => {
      const done = some % all;
      const wave = findWave(waves, all, done);
      assert(wave !== undefined);
      assert(wave.target > done && wave.target <= all);
      assert(wave.number >= 1 && wave.number <= wave.of);
      assert.equal(findWave(waves, all, all), undefined);
    }),
  );
});

test('findWave lets no more accounts go than the first wave that holds more than are done', () => {
  fc.assert(
    fc.property(policyWaves, total, fc.nat(250), (waves, all, some) => {
      const done = some % all;
      const sizes = waves.map(({ kind, value }) => (kind === 'accounts' ? value : (value * all) / 100));
      const size = sizes.find((it) => Math.max(1, Math.floor(it)) > done) ?? all;
      assert((findWave(waves, all, done)?.target ?? 0) <= Math.max(1, size));
    }),
  );
});
