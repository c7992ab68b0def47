import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CONFIRM,
  createRollout,
  done,
  FIFTH,
  FIRST,
  FOURTH,
  IDS,
  SECOND,
  soFar,
  THIRD,
  told,
} from './rollouts.js';

test('apply deletes wave by wave, and tells the ledger so far after each', async (t) => {
  const { apply } = await createRollout(t);
  const { code, stderr } = await apply([...CONFIRM, '--concurrency', '1']);
  assert.equal(code, 0);
  assert.deepEqual(told(stderr), [
    'Wave 1 of 3: 1 account',
    ...done(FIRST),
    `Wave 1 of 3 has ended. ${soFar(1, 4)}`,
    'Wave 2 of 3: 1 account',
    ...done(SECOND),
    `Wave 2 of 3 has ended. ${soFar(2, 3)}`,
    'Wave 3 of 3: 3 accounts',
    ...done(THIRD, FOURTH, FIFTH),
  ]);
});

test('apply calls nothing in an account of the next wave before the one before has ended', async (t) => {
  const { apply, emulator } = await createRollout(t);
  // The first account is slow to show that its password is gone.
  const fault = { kind: 'delayed-visibility', milliseconds: 400 } as const;
  emulator.setFaults([{ match: { operation: 'DeleteLoginProfile', account: FIRST }, fault }]);
  assert.equal((await apply()).code, 0);
  const inAccounts = emulator.calls.flatMap(({ account }) =>
    IDS.some((id) => id === account) ? [account] : [],
  );
  const lastOf = (id: string) => inAccounts.lastIndexOf(id);
  const firstOf = (...ids: readonly string[]) => Math.min(...ids.map((id) => inAccounts.indexOf(id)));
  assert(lastOf(FIRST) < firstOf(SECOND), inAccounts.join(' '));
  assert(lastOf(SECOND) < firstOf(THIRD, FOURTH, FIFTH), inAccounts.join(' '));
  assert(inAccounts.filter((id) => id === FIRST).length > 5, 'the first account was not slow');
});

const REFUSED = { kind: 'access-denied', message: 'denied' } as const;

test('apply stops when the first account fails, and continues in a further run', async (t) => {
  const { apply, deletions, emulator } = await createRollout(t);
  emulator.setFaults([{ match: { operation: 'DeleteLoginProfile', account: FIRST }, fault: REFUSED }]);
  const { code, stdout } = await apply();
  assert.equal(code, 6);
  assert.match(stdout, /\n {2}✗ 200000000001 shop-1: failed: .+; nothing was proven gone\n/);
  assert.equal(stdout.match(/: not started$/gm)?.length, 4);
  assert.match(
    stdout,
    /\nApply ended\. 0 credentials .+, 1 failed, 4 not started\.\nTrouble: the rollout stopped after 1 failure\n$/,
  );
  assert.equal(emulator.calls.filter(({ operation }) => operation === 'AssumeRoot').length, 1);

  emulator.setFaults([]);
  const again = await apply();
  assert.equal(again.code, 0, again.stdout);
  assert.deepEqual(told(again.stderr).slice(0, 5), [
    'Wave 1 of 3: 1 account',
    ...done(FIRST),
    `Wave 1 of 3 has ended. ${soFar(1, 4)}`,
    'Wave 2 of 3: 1 account',
    ...done(SECOND),
  ]);
  assert.equal(deletions().length, 5);
});

test('apply stops when an account cannot be looked at', async (t) => {
  const { apply, deletions, emulator } = await createRollout(t);
  emulator.setFaults([{ match: { operation: 'AssumeRoot', account: SECOND }, fault: REFUSED }]);
  const { code, stdout } = await apply();
  assert.equal(code, 6);
  assert.match(
    stdout,
    /, 1 unknown, 0 failed, 3 not started\.\nTrouble: the rollout stopped after 1 failure/,
  );
  assert.deepEqual(deletions(), [`DeleteLoginProfile ${FIRST}`]);
});

test('apply goes on after a failure when the policy bears one', async (t) => {
  const { apply, deletions, emulator } = await createRollout(t, {
    rollout: '{ waves: [1, 100%], stopAfterFailures: 2 }',
  });
  emulator.setFaults([{ match: { operation: 'DeleteLoginProfile', account: FIRST }, fault: REFUSED }]);
  assert.equal((await apply()).code, 6);
  assert.equal(deletions().length, 4);
});

test('apply takes another account into the first wave when the first has drifted', async (t) => {
  const { apply, emulator } = await createRollout(t);
  emulator.changeAccount(FIRST, { remove: { password: true } });
  const { code, stderr } = await apply();
  assert.equal(code, 5);
  const [wave, drifted] = told(stderr);
  assert.deepEqual(
    [wave, drifted],
    ['Wave 1 of 3: 1 account', `~ ${FIRST} shop-1: changed since the plan, left alone`],
  );
  assert.equal(told(stderr)[2], 'Wave 1 of 3 goes on with 1 other account');
});
