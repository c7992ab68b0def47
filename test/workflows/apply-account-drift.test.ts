import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskEmail } from '../../src/core/account/masked-email.js';
import type { Credential } from '../../src/core/action/credentials.js';
import { RootsweepError } from '../../src/errors.js';
import { accountOf, deleteEntryOf, HEADER, MEMBER, MFA_DEVICE, PASSWORD } from '../core/fixtures.js';
import { BROKEN, failing, HELD, LOOKED, runAccount } from './account-run.js';

// Drift: nothing is called after it is seen.

const MOVED = [
  ['is no longer a member', [], [`account ${MEMBER}`]],
  ['is suspended', [accountOf({ state: 'SUSPENDED' })], LOOKED.slice(0, 3)],
  ['is in another OU', [accountOf({ parents: ['r-exmp'] })], LOOKED.slice(0, 1)],
  ['has another name', [accountOf({ name: 'break-glass' })], LOOKED.slice(0, 3)],
  ['has no place that AWS tells', [accountOf({ parents: [] })], LOOKED.slice(0, 1)],
] as const;
for (const [what, accounts, asked] of MOVED) {
  test(`applyAccount opens no session when the account ${what}`, async () => {
    const { outcome, events } = await runAccount({ accounts });
    assert.equal(outcome.kind, 'drifted');
    assert.deepEqual(
      events.filter((event) => !event.startsWith('units')),
      asked.filter((it) => !it.startsWith('units')),
    );
  });
}

test('applyAccount opens no session when the address that decided is another', async () => {
  const email = maskEmail('old@example.com', MEMBER, HEADER.id);
  const { outcome, events } = await runAccount({ entry: deleteEntryOf({ email }) });
  assert.equal(outcome.kind, 'drifted');
  assert.equal(events.includes(`open ${MEMBER} delete`), false);
});

test('applyAccount opens no session when another rule decides than the planned one', async () => {
  const entry = deleteEntryOf({ rule: 'include[0] (line 3)' });
  const { outcome, events } = await runAccount({ entry });
  assert.equal(outcome.kind, 'drifted');
  assert.equal(events.includes(`open ${MEMBER} delete`), false);
});

test('applyAccount opens no session when a tag that decided is another', async () => {
  const entry = deleteEntryOf({ tags: { stage: 'sandbox' } });
  const { outcome, events } = await runAccount({ entry, tags: { [MEMBER]: { stage: 'prod' } } });
  assert.equal(outcome.kind, 'drifted');
  assert.equal(events.includes(`open ${MEMBER} delete`), false);
});

test('applyAccount goes on when the tags that decided are the same', async () => {
  const tags = { stage: 'sandbox' };
  const { outcome } = await runAccount({ entry: deleteEntryOf({ tags }), tags: { [MEMBER]: tags } });
  assert.equal(outcome.kind, 'done');
});

test('applyAccount asks for no tags when none decided', async () => {
  assert.equal((await runAccount()).events.includes(`tags ${MEMBER}`), false);
});

const CHANGED: readonly [what: string, found: readonly Credential[]][] = [
  ['has a new access key', [...HELD, { kind: 'access-key', id: 'AKIA1', created: '2026-11-23T08:30:00Z' }]],
  ['has lost a credential', [PASSWORD]],
  ['has lost all', []],
  ['has another password', [{ ...PASSWORD, created: '2026-11-23T08:30:00Z' }, MFA_DEVICE]],
  ['was signed in to', [{ ...PASSWORD, lastUsed: { kind: 'used', at: '2026-11-23T08:30:00Z' } }, MFA_DEVICE]],
];
for (const [what, found] of CHANGED) {
  test(`applyAccount calls nothing more when the account ${what}`, async () => {
    const { outcome, events, fatal } = await runAccount({ holds: { [MEMBER]: found } });
    assert.equal(outcome.kind, 'drifted');
    assert.equal(fatal, false);
    assert.deepEqual(events, LOOKED);
  });
}

// Unknown is not empty, and is not deleted.

for (const event of [`account ${MEMBER}`, 'units r-exmp', `open ${MEMBER} delete`, `list ${MEMBER}`]) {
  for (const error of [BROKEN, new RootsweepError('AWS_FAILED', 'broken')]) {
    test(`applyAccount is unknown and calls nothing more when "${event}" fails with a ${error.name}`, async () => {
      const { outcome, fatal, events } = await runAccount({ before: failing(event, error) });
      assert.deepEqual(outcome, { kind: 'unknown', message: 'broken' });
      assert.equal(fatal, false);
      assert.equal(events.at(-1), event);
    });
  }
}

test('applyAccount is fatal when rootsweep itself is at fault', async () => {
  const { outcome, fatal } = await runAccount({ before: failing('list', new TypeError('defect')) });
  assert.deepEqual(outcome, { kind: 'failed', effect: 'none', proven: [], message: 'defect' });
  assert.equal(fatal, true);
});
