import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { accountOf } from '../core/fixtures.js';
import { idOf, idsTo, rolloutOf, runApply } from './apply-run.js';

const BROKEN = new RootAccessFailure('aws-error', 'broken', { refused: true });

/** A `before` in which looking at some accounts fails, and deleting in others does. */
function failingIn(unknown: readonly number[], failed: readonly number[] = []) {
  let account = '';
  return (event: string) => {
    if (event.startsWith('open ')) account = event.split(' ')[1] ?? '';
    const number = Number(account);
    if (event.startsWith('list ') && unknown.includes(number)) throw BROKEN;
    if (event.startsWith('delete ') && failed.includes(number)) throw BROKEN;
  };
}
const ids = idsTo(5);
const stopAfter = (failures: number) => ({ rollout: rolloutOf(['100%'], failures) });
const [D, U, F, N] = ['done', 'unknown', 'failed', 'not-started'];

const STOPPED: readonly [
  failures: number,
  unknown: readonly number[],
  failed: readonly number[],
  kinds: readonly (string | undefined)[],
][] = [
  [1, [1], [], [U, N, N, N, N]],
  [1, [], [1], [F, N, N, N, N]],
  [1, [3], [], [D, D, U, N, N]],
  [2, [1], [3], [U, D, F, N, N]],
  [2, [], [1, 2], [F, F, N, N, N]],
  [3, [1, 2], [], [U, U, D, D, D]],
];
for (const [failures, unknown, failed, expected] of STOPPED) {
  const what = `${failures} may fail, [${unknown}] are unknown and [${failed}] fail`;
  test(`applyPlan ends with ${expected.join(', ')} when ${what}`, async () => {
    const { kinds, ledger } = await runApply(
      { ids, before: failingIn(unknown, failed) },
      stopAfter(failures),
    );
    assert.deepEqual(kinds, expected);
    assert.equal(ledger.exitCode, 6);
  });
}

for (const [failures, words] of [
  [1, '1 failure'],
  [2, '2 failures'],
] as const) {
  test(`applyPlan says that the rollout stopped after ${words} when accounts are left`, async () => {
    const { ledger, records } = await runApply({ ids, before: failingIn([1, 2]) }, stopAfter(failures));
    const trouble = `the rollout stopped after ${words}`;
    assert.equal(ledger.trouble, trouble);
    const last = records.at(-1);
    assert.equal(last?.type === 'run-ended' && last.trouble, trouble);
  });
}

test('applyPlan says nothing of a rollout that stopped when the last account fails', async () => {
  const { ledger } = await runApply({ ids, before: failingIn([5]) }, stopAfter(1));
  assert.equal(ledger.trouble, undefined);
  assert.equal(ledger.exitCode, 6);
});

test('applyPlan does not count an account that drifted as a failure', async () => {
  const accounts = ids.slice(2).map((id) => accountOf({ id }));
  const { kinds } = await runApply({ ids, accounts }, stopAfter(1));
  assert.deepEqual(kinds, ['drifted', 'drifted', D, D, D]);
});

test('applyPlan finishes the accounts at work when the rollout stops', async () => {
  const before = (event: string) => {
    if (event === `list ${idOf(1)}`) throw BROKEN;
  };
  const { kinds } = await runApply({ ids, staleReads: 3, before }, { ...stopAfter(1), concurrency: 3 });
  assert.deepEqual(kinds, [U, D, D, N, N]);
});

test('applyPlan starts no wave when the one before brought too many failures', async () => {
  const { events, told } = await runApply(
    { ids, before: failingIn([], [1]) },
    { rollout: rolloutOf([1, '100%']) },
  );
  assert.equal(events.includes(`account ${idOf(2)}`), false);
  assert.deepEqual(
    told.filter(({ type }) => type.startsWith('wave')).map(({ type }) => type),
    ['wave-started'],
  );
});

test('applyPlan adds up the failures of all waves', async () => {
  const before = failingIn([1, 3]);
  const { kinds } = await runApply({ ids, before }, { rollout: rolloutOf([1, 2, '100%'], 2) });
  assert.deepEqual(kinds, [U, D, U, N, N]);
});
