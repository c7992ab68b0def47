import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplyOptions } from '../../src/workflows/apply.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { deleted, intended } from '../core/apply/journal-records.js';
import { accountOf } from '../core/fixtures.js';
import { HELD, idOf, idsTo, rolloutOf, runApply, type Situation, storyOf } from './apply-run.js';

/** Five accounts in waves of one, two and all. */
const run = (situation: Situation = {}, change: Partial<ApplyOptions> = {}) =>
  runApply({ ids: idsTo(5), ...situation }, { rollout: rolloutOf([1, 2, '100%']), ...change });

const WHOLE = [
  'wave 1/3: 1',
  '1 done',
  'wave 1 ended',
  'wave 2/3: 1',
  '2 done',
  'wave 2 ended',
  'wave 3/3: 3',
  '3 done',
  '4 done',
  '5 done',
];

for (const concurrency of [1, 20]) {
  test(`applyPlan begins a wave only when the one before has ended, at ${concurrency} accounts at a time`, async () => {
    const { told, ledger } = await run({ staleReads: 3 }, { concurrency });
    assert.deepEqual(storyOf(told), WHOLE);
    assert.equal(ledger.exitCode, 0);
  });
}

test('applyPlan asks nothing of an account of the next wave before the end of this one is journalled', async () => {
  const { events } = await run({}, { concurrency: 20 });
  const ends = events.flatMap((event, index) => (event === 'journal account-ended' ? [index] : []));
  for (const [before, first] of [
    [0, 2],
    [1, 3],
  ] as const) {
    assert((ends[before] ?? Infinity) < events.indexOf(`account ${idOf(first)}`));
  }
});

test('applyPlan journals each wave with its accounts before any of them is asked for', async () => {
  const { records, events } = await run();
  const waves = records.flatMap((record) =>
    record.type === 'wave-started' ? [[record.wave, record.accounts]] : [],
  );
  assert.deepEqual(waves, [
    [1, [idOf(1)]],
    [2, [idOf(2)]],
    [3, [idOf(3), idOf(4), idOf(5)]],
  ]);
  assert(events.indexOf('journal wave-started') < events.indexOf(`account ${idOf(1)}`));
});

test('applyPlan tells the ledger so far when a wave has ended and more are to come', async () => {
  const { told } = await run();
  const counts = told.flatMap((event) =>
    event.type === 'wave-ended' ? [[event.wave, event.counts.done, event.counts['not-started']]] : [],
  );
  assert.deepEqual(counts, [
    [1, 1, 4],
    [2, 2, 3],
  ]);
});

test('applyPlan takes another account into the same wave when one has drifted', async () => {
  const accounts = idsTo(5)
    .slice(1)
    .map((id) => accountOf({ id }));
  const { told, ledger } = await run({ accounts });
  const story = storyOf(told).filter((line) => !line.endsWith('ended'));
  assert.deepEqual(story.slice(0, 6), [
    'wave 1/3: 1',
    '1 drifted',
    'wave 1/3: 1',
    '2 done',
    'wave 2/3: 1',
    '3 done',
  ]);
  assert.equal(ledger.exitCode, 5);
});

test('applyPlan goes through all accounts one by one when every one has drifted', async () => {
  const { told, ledger } = await run({ accounts: [] }, { concurrency: 20 });
  const waves = storyOf(told).filter((line) => line.startsWith('wave 1/3'));
  assert.deepEqual(waves, Array(5).fill('wave 1/3: 1'));
  assert.deepEqual([ledger.counts.drifted, ledger.exitCode], [5, 5]);
});

test('applyPlan tells of one wave when the policy has one', async () => {
  const { told } = await run({}, { rollout: rolloutOf(['100%']) });
  assert.deepEqual(storyOf(told)[0], 'wave 1/1: 5');
  assert.equal(
    told.some(({ type }) => type === 'wave-ended'),
    false,
  );
});

// Over several runs.

const without = (...empty: readonly number[]) =>
  Object.fromEntries(idsTo(5).map((id) => [id, empty.includes(Number(id)) ? [] : HELD]));

test('applyPlan ends what an earlier run had begun before it begins another account', async () => {
  const { told } = await run({ earlier: [intended(HELD[0], idOf(4))] });
  assert.deepEqual(storyOf(told).slice(0, 5), [
    'wave 1/3: 1',
    '4 done',
    'wave 1 ended',
    'wave 2/3: 1',
    '1 done',
  ]);
});

test('applyPlan begins nothing new when what an earlier run had begun fails', async () => {
  const before = (event: string) => {
    if (event === `list ${idOf(4)}`) throw new RootAccessFailure('aws-error', 'broken', { refused: true });
  };
  const { told, kinds } = await run({ before, earlier: [intended(HELD[0], idOf(4))] }, { concurrency: 20 });
  assert.deepEqual(storyOf(told), ['wave 1/3: 1', '4 unknown']);
  assert.deepEqual(kinds.filter((kind) => kind === 'not-started').length, 4);
});

const DONE = [...deleted(idOf(1), HELD), ...deleted(idOf(2), HELD)];

test('applyPlan looks for itself at what earlier runs did, and then counts it', async () => {
  const { told, kinds } = await run({ earlier: DONE, holds: without(1, 2) });
  assert.deepEqual(storyOf(told).slice(0, 7), [
    'wave 1/3: 1',
    '1 done-earlier',
    'wave 1 ended',
    'wave 2/3: 1',
    '2 done-earlier',
    'wave 2 ended',
    'wave 3/3: 3',
  ]);
  assert.equal(kinds.length, 5);
});

test('applyPlan does not count what earlier runs did in accounts that are excluded now', async () => {
  const { told, events } = await run(
    { earlier: DONE, holds: without(1, 2) },
    { narrowing: { exclude: [idOf(1), idOf(2)] } },
  );
  assert.equal(storyOf(told)[0], 'wave 1/3: 1');
  assert.equal(events.includes(`account ${idOf(1)}`), false);
});

test('applyPlan hurries for no journal, whatever it says of accounts that nothing was done in', async () => {
  const forged = idsTo(5).map((id) => intended(HELD[0], id));
  const { told } = await run({ earlier: forged }, { concurrency: 20 });
  assert.deepEqual(storyOf(told), WHOLE);
});

test('applyPlan does not count accounts that are no longer in the plan', async () => {
  const earlier = [...deleted(idOf(8), HELD), ...deleted(idOf(9), HELD)];
  assert.deepEqual(storyOf((await run({ earlier })).told), WHOLE);
});

test('applyPlan takes shares of all accounts of the plan when it is narrowed to some', async () => {
  const narrowing = { only: [idOf(3), idOf(4), idOf(5)] };
  const { told } = await run({}, { narrowing, rollout: rolloutOf(['40%', '100%']) });
  const waves = storyOf(told).filter((line) => /^wave \d\//.test(line));
  assert.deepEqual(waves, ['wave 1/2: 2', 'wave 2/2: 1']);
});
