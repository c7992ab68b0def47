import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BROKEN, failing, runAccount } from './account-run.js';

// Done means gone.

test('applyAccount waits until a deleted credential is no longer seen', async () => {
  const { outcome, clock } = await runAccount({ staleReads: 4 });
  assert.equal(outcome.kind, 'done');
  assert.deepEqual(clock.sleeps.slice(0, 4), [250, 500, 1000, 2000]);
});

test('applyAccount looks again every 5 s at least', async () => {
  const { clock } = await runAccount({ staleReads: 8 });
  assert.deepEqual(clock.sleeps.slice(0, 8), [250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

test('applyAccount fails within 60 s when a deleted credential is still seen', async () => {
  const { outcome, fatal, clock } = await runAccount({ deletesNothing: true });
  assert.deepEqual(outcome, {
    kind: 'failed',
    effect: 'unknown',
    proven: [],
    message: 'AWS accepted the deletion of password and still lists it after 60 s',
  });
  const waited = clock.sleeps.reduce((sum, sleep) => sum + sleep, 0);
  assert(waited > 50_000 && waited <= 60_000, `${waited}`);
  assert.equal(fatal, false);
});

test('applyAccount never takes the MFA when the password is not proven gone', async () => {
  const { deletions, records } = await runAccount({ deletesNothing: true });
  assert.deepEqual(deletions, ['delete password']);
  assert.equal(
    records.some((record) => record.type === 'action-proven'),
    false,
  );
});

test('applyAccount never takes the MFA when nobody can tell whether the password is gone', async () => {
  const { outcome, deletions } = await runAccount({ before: failing('find', BROKEN) });
  assert.deepEqual([outcome.kind, deletions], ['failed', ['delete password']]);
});
