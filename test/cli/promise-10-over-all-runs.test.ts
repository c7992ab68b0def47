import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CONFIRM,
  createRollout,
  done,
  FIFTH,
  FIRST,
  FOURTH,
  recordsOf,
  SECOND,
  soFar,
  THIRD,
  told,
} from './rollouts.js';

const only = (...ids: readonly string[]) => [...CONFIRM, ...ids.flatMap((id) => ['--only', id])];
const exclude = (...ids: readonly string[]) => [...CONFIRM, ...ids.flatMap((id) => ['--exclude', id])];

test('apply looks again at what an earlier run did before it counts that for its waves', async (t) => {
  const { apply, deletions } = await createRollout(t);
  assert.equal((await apply(only(FOURTH))).code, 0);
  const { code, stderr } = await apply([...CONFIRM, '--concurrency', '1']);
  assert.equal(code, 0);
  assert.deepEqual(told(stderr), [
    'Wave 1 of 3: 1 account',
    `✓ ${FOURTH} shop-4: deleted by an earlier run`,
    `Wave 1 of 3 has ended. ${soFar(0, 4, 1)}`,
    'Wave 2 of 3: 1 account',
    ...done(FIRST),
    `Wave 2 of 3 has ended. ${soFar(1, 3, 1)}`,
    'Wave 3 of 3: 3 accounts',
    ...done(SECOND, THIRD, FIFTH),
  ]);
  assert.equal(deletions().length, 5);
});

test('apply begins small again when it is not to look at what an earlier run did', async (t) => {
  const { apply } = await createRollout(t);
  await apply(only(FIRST, SECOND));
  const { stderr } = await apply(exclude(FIRST, SECOND));
  assert.equal(told(stderr)[0], 'Wave 1 of 3: 1 account');
});

test('apply journals what --only and --exclude name, and each wave with its accounts', async (t) => {
  const planned = await createRollout(t);
  await planned.apply([...only(FIRST, SECOND, THIRD), '--exclude', THIRD]);
  await planned.apply();
  const records = recordsOf(planned);
  const heads = records.flatMap((record) =>
    record.type === 'run-started' ? [[record.only, record.exclude]] : [],
  );
  assert.deepEqual(heads, [
    [[FIRST, SECOND, THIRD], [THIRD]],
    [undefined, undefined],
  ]);
  const waves = records.flatMap((record) =>
    record.type === 'wave-started' ? [[record.wave, record.accounts]] : [],
  );
  assert.deepEqual(waves, [
    [1, [FIRST]],
    [2, [SECOND]],
    [1, [FIRST]],
    [2, [SECOND]],
    [3, [THIRD, FOURTH, FIFTH]],
  ]);
});

for (const flag of ['--only', '--exclude']) {
  test(`apply refuses ${flag} when it names an account that the plan leaves alone, and begins nothing`, async (t) => {
    const { apply, calls } = await createRollout(t);
    for (const stranger of ['111111111111', '999999999999', '']) {
      const { code, stderr } = await apply([...CONFIRM, '--only', FIRST, flag, stranger]);
      assert.equal(code, 1);
      assert(
        stderr.startsWith(`Error: ${flag} names account "${stranger}", in which the plan changes nothing\n`),
        stderr,
      );
    }
    assert.deepEqual(calls(), []);
  });
}

test('apply keeps to the accounts of --only when all waves are due', async (t) => {
  const { apply, deletions } = await createRollout(t);
  const { code, stderr } = await apply(only(SECOND, FIFTH));
  assert.equal(code, 0);
  assert.deepEqual(deletions(), [`DeleteLoginProfile ${SECOND}`, `DeleteLoginProfile ${FIFTH}`]);
  assert.equal(told(stderr).at(-1), done(FIFTH)[0]);
});

// Limits are about the plan, and so about all runs of it.

test('apply refuses a plan beyond the limits even when --only asks for fewer accounts', async (t) => {
  const { apply, deletions } = await createRollout(t, { limits: '{ accounts: 4 }' }, 3);
  for (const id of [FIRST, SECOND]) assert.equal((await apply(only(id))).code, 3);
  assert.deepEqual(deletions(), []);
});

test('apply works through a plan within the limits in as many runs as it takes', async (t) => {
  const { apply, deletions } = await createRollout(t, { limits: '{ accounts: 5 }' });
  for (const ids of [
    [FIRST, SECOND, THIRD],
    [FOURTH, FIFTH],
    [FIRST, FIFTH],
  ]) {
    assert.equal((await apply(only(...ids))).code, 0);
  }
  assert.equal(deletions().length, 5);
});
