import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '../../src/core/credentials.js';
import { deleteEntryOf, MEMBER, MFA_DEVICE } from '../core/fixtures.js';
import { BROKEN, FULL_DISK, failing, HELD, LOOKED, MFA, runAccount } from './account-run.js';

test('applyAccount looks, and for each credential writes the intent, deletes, writes the answer and proves', async () => {
  const { outcome, fatal, events } = await runAccount();
  assert.deepEqual(outcome, {
    kind: 'deleted',
    deleted: [{ kind: 'password' }, { kind: 'mfa-device', id: MFA_DEVICE.id }],
  });
  assert.equal(fatal, false);
  assert.deepEqual(events, [
    ...LOOKED,
    'journal account-listed',
    'journal deletion-intended password',
    'delete password',
    'journal deletion-answered password',
    'find password',
    'journal deletion-proven password',
    `list ${MEMBER}`,
    `journal deletion-intended ${MFA}`,
    `delete ${MFA}`,
    `journal deletion-answered ${MFA}`,
    `find ${MFA}`,
    `journal deletion-proven ${MFA}`,
    `list ${MEMBER}`,
  ]);
});

test('applyAccount writes who deleted what, when, and the request ids of AWS', async () => {
  const { records } = await runAccount();
  const at = '2026-11-23T09:00:00Z';
  assert.deepEqual(records.slice(0, 4), [
    { type: 'account-listed', at, account: MEMBER, name: 'shop', credentials: HELD },
    { type: 'deletion-intended', at, account: MEMBER, kind: 'password', session: `ASIA${MEMBER}` },
    {
      type: 'deletion-answered',
      at,
      account: MEMBER,
      kind: 'password',
      answer: 'deleted',
      requestId: 'delete-password',
    },
    { type: 'deletion-proven', at, account: MEMBER, kind: 'password', requestId: 'find-password' },
  ]);
});

test('applyAccount tells when a deletion starts and when it is proven', async () => {
  const { told } = await runAccount();
  assert.deepEqual(told, [
    'deletion-started',
    'proof-started',
    'deletion-proven',
    'deletion-started',
    'proof-started',
    'deletion-proven',
  ]);
});

test('applyAccount deletes nothing that the plan does not name', async () => {
  const key: Credential = { kind: 'access-key', id: 'AKIA1', created: '2019-01-01T00:00:00Z' };
  const credentials = [key, ...HELD];
  const entry = deleteEntryOf({ observed: { kind: 'audited', by: 'listing', credentials } });
  const { outcome, left } = await runAccount({ entry, holds: { [MEMBER]: credentials } });
  assert.equal(outcome.kind, 'deleted');
  assert.deepEqual(left(MEMBER), ['access-key AKIA1']);
});

// The journal.

test('applyAccount deletes nothing, and is fatal, when the intent cannot be written', async () => {
  const { outcome, fatal, deletions } = await runAccount({
    before: failing('journal deletion-intended', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', deleted: [], message: 'no space left' });
  assert.deepEqual([fatal, deletions], [true, []]);
});

for (const record of ['deletion-answered', 'deletion-proven']) {
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
    if (event.startsWith('journal deletion-failed')) throw FULL_DISK;
  };
  const { outcome, fatal } = await runAccount({ before });
  assert.deepEqual([outcome, fatal], [{ kind: 'failed', deleted: [], message: 'no space left' }, true]);
});

// Deletions.

test('applyAccount writes that a deletion failed, and deletes nothing more', async () => {
  const { outcome, fatal, records, deletions } = await runAccount({
    before: failing('delete password', BROKEN),
  });
  assert.deepEqual([outcome, fatal], [{ kind: 'failed', deleted: [], message: 'broken' }, false]);
  assert.deepEqual(deletions, ['delete password']);
  assert.deepEqual(
    records.map(({ type }) => type),
    ['account-listed', 'deletion-intended', 'deletion-failed'],
  );
});

test('applyAccount says what was proven gone before a later deletion failed', async () => {
  const { outcome } = await runAccount({ before: failing(`delete ${MFA}`, BROKEN) });
  assert.deepEqual(outcome, { kind: 'failed', deleted: [{ kind: 'password' }], message: 'broken' });
});
