import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, failed, intended, proven } from '../core/apply/journal-records.js';
import { MEMBER, MFA_DEVICE, PASSWORD } from '../core/fixtures.js';
import { BROKEN, failing, LOOKED, MFA, runAccount } from './account-run.js';

test('applyAccount looks, and deletes nothing, when the journal proves everything gone and it is', async () => {
  const { outcome, events } = await runAccount({
    earlier: [PASSWORD, MFA_DEVICE].flatMap((it) => [intended(it), proven(it)]),
    holds: { [MEMBER]: [] },
  });
  assert.deepEqual([outcome, events], [{ kind: 'done-earlier' }, [...LOOKED]]);
});

test('applyAccount does not believe the journal when another password is there', async () => {
  const { outcome, deletions } = await runAccount({
    earlier: [PASSWORD, MFA_DEVICE].flatMap((it) => [intended(it), proven(it)]),
    holds: { [MEMBER]: [{ ...PASSWORD, created: '2026-11-22T00:00:00Z' }] },
  });
  assert.equal(outcome.kind, 'drifted');
  assert.deepEqual(outcome.kind === 'drifted' && outcome.earlier, ['password', MFA]);
  assert.deepEqual(deletions, []);
});

test('applyAccount goes on with the rest when the journal proves a part gone', async () => {
  const { outcome, deletions } = await runAccount({
    earlier: [intended(PASSWORD), proven(PASSWORD)],
    holds: { [MEMBER]: [MFA_DEVICE] },
  });
  assert.equal(outcome.kind, 'done');
  assert.deepEqual(deletions, [`delete ${MFA}`]);
});

test('applyAccount proves a credential gone that an earlier run only went to delete', async () => {
  const { outcome, deletions, records } = await runAccount({
    earlier: [intended(PASSWORD)],
    holds: { [MEMBER]: [MFA_DEVICE] },
  });
  assert.equal(outcome.kind, 'done');
  assert.deepEqual(deletions, [`delete ${MFA}`]);
  assert.deepEqual(
    records.slice(0, 2).map(({ type }) => type),
    ['account-listed', 'action-proven'],
  );
});

test('applyAccount deletes again when an earlier run went to delete and the credential is there', async () => {
  const { outcome, deletions } = await runAccount({ earlier: [intended(PASSWORD)] });
  assert.equal(outcome.kind, 'done');
  assert.deepEqual(deletions, ['delete password', `delete ${MFA}`]);
});

test('applyAccount drifts when a credential is missing that no earlier run went to delete', async () => {
  const { outcome } = await runAccount({
    earlier: [intended(MFA_DEVICE)],
    holds: { [MEMBER]: [MFA_DEVICE] },
  });
  assert.equal(outcome.kind, 'drifted');
});

test('applyAccount drifts when another account of the journal is the one whose password was to go', async () => {
  const earlier = [intended(PASSWORD, '333333333333')];
  const { outcome } = await runAccount({ earlier, holds: { [MEMBER]: [MFA_DEVICE] } });
  assert.equal(outcome.kind, 'drifted');
});

test('applyAccount drifts when the password came back after it was proven gone', async () => {
  const again = { ...PASSWORD, created: '2026-11-23T08:45:00Z' };
  const { outcome, deletions } = await runAccount({
    earlier: [intended(PASSWORD), proven(PASSWORD)],
    holds: { [MEMBER]: [again, MFA_DEVICE] },
  });
  assert.deepEqual([outcome.kind, deletions], ['drifted', []]);
});

const PARTLY = {
  earlier: [intended(PASSWORD), answered(PASSWORD), proven(PASSWORD)],
  holds: { [MEMBER]: [MFA_DEVICE] },
};

test('applyAccount neither proves nor counts again what an earlier run proved gone', async () => {
  const { outcome, records, told } = await runAccount(PARTLY);
  const deleted = [{ kind: 'delete-mfa-device', id: MFA_DEVICE.id }];
  assert.deepEqual(outcome, { kind: 'done', proven: deleted, earlier: ['password'] });
  const proofs = records.filter((record) => record.type === 'action-proven').map(({ kind }) => kind);
  assert.deepEqual(
    [proofs, told],
    [['delete-mfa-device'], ['action-started', 'proof-started', 'action-proven']],
  );
});

for (const [what, before, kind] of [
  ['is unknown', failing('list', BROKEN), 'unknown'],
  ['failed', failing('delete', BROKEN), 'failed'],
] as const) {
  test(`applyAccount says what an earlier run proved gone when the account ${what}`, async () => {
    const { outcome } = await runAccount({ ...PARTLY, before });
    assert.equal(outcome.kind, kind);
    assert.deepEqual('earlier' in outcome && outcome.earlier, ['password']);
  });
}

test('applyAccount drifts when a credential is missing whose deletion AWS had refused', async () => {
  const { outcome, events } = await runAccount({
    earlier: [intended(PASSWORD), failed('none')],
    holds: { [MEMBER]: [MFA_DEVICE] },
  });
  assert.deepEqual(outcome.kind === 'drifted' && outcome.drift.found.length, 1);
  assert.deepEqual(events, LOOKED);
});

/** What an earlier run wrote of the password, which is gone now: it may have been this plan. */
const MAY_BE_OURS = [
  ['was killed on the way', [intended()]],
  ['lost the answer', [intended(), failed('unknown')]],
  ['was killed on the way and another was refused', [intended(), intended(), failed('none')]],
  ['had the answer', [intended(), answered()]],
] as const;
for (const [what, earlier] of MAY_BE_OURS) {
  test(`applyAccount counts a missing credential as deleted when an earlier run ${what}`, async () => {
    const { outcome, deletions } = await runAccount({ earlier, holds: { [MEMBER]: [MFA_DEVICE] } });
    assert.deepEqual(outcome, {
      kind: 'done',
      proven: [{ kind: 'delete-password' }, { kind: 'delete-mfa-device', id: MFA_DEVICE.id }],
    });
    assert.deepEqual(deletions, [`delete ${MFA}`]);
  });
}

test('applyAccount says that somebody else deleted a credential when AWS had told an earlier run so', async () => {
  const earlier = [intended(), answered(PASSWORD, MEMBER, 'absent')];
  const { outcome } = await runAccount({ earlier, holds: { [MEMBER]: [MFA_DEVICE] } });
  assert.deepEqual(outcome.kind === 'done' && outcome.foundGone, [{ kind: 'delete-password' }]);
});
