import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '../../src/core/action/credentials.js';
import { deleteEntryOf, MEMBER, MFA_DEVICE } from '../core/fixtures.js';
import { BROKEN, FULL_DISK, failing, HELD, LOOKED, MFA, runAccount } from './account-run.js';

test('applyAccount looks, and for each credential writes the intent, deletes, writes the answer and proves', async () => {
  const { outcome, fatal, events } = await runAccount();
  assert.deepEqual(outcome, {
    kind: 'done',
    proven: [{ kind: 'delete-password' }, { kind: 'delete-mfa-device', id: MFA_DEVICE.id }],
  });
  assert.equal(fatal, false);
  assert.deepEqual(events, [
    ...LOOKED,
    'journal account-listed',
    'journal action-intended password',
    'delete password',
    'journal action-answered password',
    'find password',
    'journal action-proven password',
    `list ${MEMBER}`,
    `journal action-intended ${MFA}`,
    `delete ${MFA}`,
    `journal action-answered ${MFA}`,
    `find ${MFA}`,
    `journal action-proven ${MFA}`,
    `list ${MEMBER}`,
  ]);
});

test('applyAccount writes who deleted what, when, and the request ids of AWS', async () => {
  const { records } = await runAccount();
  const at = '2026-11-23T09:00:00Z';
  assert.deepEqual(records.slice(0, 4), [
    { type: 'account-listed', at, account: MEMBER, name: 'shop', credentials: HELD },
    { type: 'action-intended', at, account: MEMBER, kind: 'delete-password', session: `ASIA${MEMBER}` },
    {
      type: 'action-answered',
      at,
      account: MEMBER,
      kind: 'delete-password',
      answer: 'done',
      requestId: 'delete-password',
    },
    { type: 'action-proven', at, account: MEMBER, kind: 'delete-password', requestId: 'find-password' },
  ]);
});

test('applyAccount tells when a deletion starts and when it is proven', async () => {
  const { told } = await runAccount();
  assert.deepEqual(told, [
    'action-started',
    'proof-started',
    'action-proven',
    'action-started',
    'proof-started',
    'action-proven',
  ]);
});

test('applyAccount deletes nothing that the plan does not name', async () => {
  const key: Credential = { kind: 'access-key', id: 'AKIA1', created: '2019-01-01T00:00:00Z' };
  const credentials = [key, ...HELD];
  const entry = deleteEntryOf({ observed: { kind: 'audited', by: 'listing', credentials } });
  const { outcome, left } = await runAccount({ entry, holds: { [MEMBER]: credentials } });
  assert.equal(outcome.kind, 'done');
  assert.deepEqual(left(MEMBER), ['access-key AKIA1']);
});

// The journal.

test('applyAccount deletes nothing, and is fatal, when the intent cannot be written', async () => {
  const { outcome, fatal, deletions } = await runAccount({
    before: failing('journal action-intended', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', effect: 'none', proven: [], message: 'no space left' });
  assert.deepEqual([fatal, deletions], [true, []]);
});

for (const record of ['action-answered', 'action-proven']) {
  test(`applyAccount deletes nothing more, and is fatal, when ${record} cannot be written`, async () => {
    const { outcome, fatal, deletions } = await runAccount({
      before: failing(`journal ${record}`, FULL_DISK),
    });
    assert.deepEqual([outcome.kind, fatal, deletions], ['failed', true, ['delete password']]);
  });
}

test('applyAccount is fatal when neither a deletion nor the record of its failure succeeds', async () => {
  const before = (event: string) => {
    if (event === 'delete password') throw BROKEN;
    if (event.startsWith('journal action-failed')) throw FULL_DISK;
  };
  const { outcome, fatal } = await runAccount({ before });
  assert.deepEqual(
    [outcome, fatal],
    [{ kind: 'failed', effect: 'none', proven: [], message: 'no space left' }, true],
  );
});

// Deletions.

test('applyAccount writes that a deletion failed, and deletes nothing more', async () => {
  const { outcome, fatal, records, deletions } = await runAccount({
    before: failing('delete password', BROKEN),
  });
  assert.deepEqual(
    [outcome, fatal],
    [{ kind: 'failed', effect: 'none', proven: [], message: 'broken' }, false],
  );
  assert.deepEqual(deletions, ['delete password']);
  assert.deepEqual(
    records.map(({ type }) => type),
    ['account-listed', 'action-intended', 'action-failed'],
  );
});

test('applyAccount says what was proven gone before a later deletion failed', async () => {
  const { outcome } = await runAccount({ before: failing(`delete ${MFA}`, BROKEN) });
  assert.deepEqual(outcome, {
    kind: 'failed',
    effect: 'unknown',
    proven: [{ kind: 'delete-password' }],
    message: 'broken',
  });
});
