import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '../../src/core/action/credentials.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { intended } from '../core/apply/journal-records.js';
import { MEMBER, MFA_DEVICE, PASSWORD } from '../core/fixtures.js';
import { BROKEN, FULL_DISK, failing, failingOnce, MFA, runAccount, UNANSWERED } from './account-run.js';
import type { WorldOptions } from './world.js';

const PASSWORD_NAME = { kind: 'delete-password' };
const MFA_NAME = { kind: 'delete-mfa-device', id: MFA_DEVICE.id };
const typesOf = (records: readonly { readonly type: string }[]) => records.map(({ type }) => type);

test('applyAccount writes what the account holds before the first intent, and once', async () => {
  const { records } = await runAccount();
  assert.deepEqual(typesOf(records).indexOf('account-listed'), 0);
  assert.equal(records.filter(({ type }) => type === 'account-listed').length, 1);
});

test('applyAccount deletes nothing, and is fatal, when it cannot write what the account holds', async () => {
  const { outcome, fatal, deletions } = await runAccount({
    before: failing('journal account-listed', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', effect: 'none', proven: [], message: 'no space left' });
  assert.deepEqual([fatal, deletions], [true, []]);
});

// Who deleted it.

/** A `before` in which somebody else deletes the password right before rootsweep does. */
const takePassword: WorldOptions['before'] = (event, hold) => {
  if (event === 'delete password') hold(MEMBER, [MFA_DEVICE]);
};

test('applyAccount says that somebody else deleted a credential when AWS calls it absent at once', async () => {
  const { outcome, records, events } = await runAccount({ before: takePassword });
  assert.deepEqual(outcome, { kind: 'done', proven: [MFA_NAME], foundGone: [PASSWORD_NAME] });
  assert.deepEqual(typesOf(records).slice(1, 4), ['action-intended', 'action-answered', 'action-proven']);
  assert(events.includes('find password'));
});

test('applyAccount says what somebody else deleted when the account fails afterwards', async () => {
  const { outcome } = await runAccount({
    before: (event, hold) => {
      takePassword(event, hold);
      failing(`delete ${MFA}`, BROKEN)(event);
    },
  });
  assert.deepEqual(outcome, {
    kind: 'failed',
    effect: 'unknown',
    message: 'broken',
    proven: [],
    foundGone: [PASSWORD_NAME],
  });
});

test('applyAccount counts a credential that AWS calls absent as deleted when an earlier run was killed on the way to it', async () => {
  const { outcome } = await runAccount({ before: takePassword, earlier: [intended(PASSWORD)] });
  assert.deepEqual(outcome, { kind: 'done', proven: [PASSWORD_NAME, MFA_NAME] });
});

test('applyAccount counts a credential that AWS calls absent as deleted when its own first request got no answer', async () => {
  let asked = 0;
  const { outcome, deletions } = await runAccount({
    before: (event, hold) => {
      if (event !== 'delete password') return;
      asked += 1;
      if (asked === 1) throw UNANSWERED;
      takePassword(event, hold);
    },
  });
  assert.deepEqual(outcome, { kind: 'done', proven: [PASSWORD_NAME, MFA_NAME] });
  assert.deepEqual(deletions, ['delete password', 'delete password', `delete ${MFA}`]);
});

// No answer.

test('applyAccount looks, and does not delete again, when a deletion took effect and its answer was lost', async () => {
  const { outcome, deletions, events, records } = await runAccount({ unanswered: ['password'] });
  assert.deepEqual(outcome, { kind: 'done', proven: [PASSWORD_NAME, MFA_NAME] });
  assert.deepEqual(deletions, ['delete password', `delete ${MFA}`]);
  const lost = events.indexOf('journal action-failed password');
  assert.deepEqual(events.slice(lost + 1, lost + 3), [`list ${MEMBER}`, 'find password']);
  assert(records.some((record) => record.type === 'action-failed' && record.effect === 'unknown'));
});

test('applyAccount writes a new intent for every request when a deletion gets no answer', async () => {
  const { records } = await runAccount({ before: failingOnce('delete password', UNANSWERED) });
  assert.deepEqual(typesOf(records).slice(0, 6), [
    'account-listed',
    'action-intended',
    'action-failed',
    'action-intended',
    'action-answered',
    'action-proven',
  ]);
});

test('applyAccount fails after 6 requests when a deletion gets no answer', async () => {
  const { outcome, deletions, fatal } = await runAccount({ before: failing('delete password', UNANSWERED) });
  assert.deepEqual(
    [outcome, fatal],
    [{ kind: 'failed', effect: 'unknown', proven: [], message: 'no answer' }, false],
  );
  assert.deepEqual(deletions, Array(6).fill('delete password'));
});

test('applyAccount writes that a deletion had no effect when AWS refused, and asks no second time', async () => {
  const { records, deletions } = await runAccount({ before: failing('delete password', BROKEN) });
  assert.deepEqual(deletions, ['delete password']);
  assert(records.some((record) => record.type === 'action-failed' && record.effect === 'none'));
});

test('applyAccount fails, and deletes nothing more, when the account changed while an answer was lost', async () => {
  const { outcome, deletions } = await runAccount({
    before: (event, hold) => {
      if (event !== 'delete password') return;
      hold(MEMBER, [PASSWORD]);
      throw UNANSWERED;
    },
  });
  assert.match(outcome.kind === 'failed' ? outcome.message : '', /^the account changed while it was being/);
  assert.deepEqual(deletions, ['delete password']);
});

// Throttled, or while another change is under way: nothing happened, and it may later.

for (const retryable of ['throttled', 'busy'] as const) {
  const refusal = new RootAccessFailure('aws-error', retryable, { refused: true, retryable });

  test(`applyAccount looks, and writes a new intent, before each further request when a deletion is ${retryable}`, async () => {
    const { outcome, events } = await runAccount({ before: failingOnce('delete password', refusal) });
    assert.deepEqual(outcome, { kind: 'done', proven: [PASSWORD_NAME, MFA_NAME] });
    const first = events.indexOf('delete password');
    assert.deepEqual(events.slice(first, first + 5), [
      'delete password',
      'journal action-failed password',
      `list ${MEMBER}`,
      'journal action-intended password',
      'delete password',
    ]);
  });

  test(`applyAccount deletes no other password than the planned one when the deletion was ${retryable} for a while`, async () => {
    const fresh: Credential = { ...PASSWORD, created: '2026-11-23T09:01:00Z' };
    const { outcome, deletions, left } = await runAccount({
      before: (event, hold) => {
        if (event !== 'delete password') return;
        hold(MEMBER, [fresh, MFA_DEVICE]);
        throw refusal;
      },
    });
    assert.equal(outcome.kind, 'failed');
    assert.deepEqual(deletions, ['delete password']);
    assert.deepEqual(left(MEMBER), ['password', MFA]);
  });

  test(`applyAccount removes no MFA device from a password that came while the deletion was ${retryable}`, async () => {
    for (const created of [PASSWORD.created, '2026-11-23T09:01:00Z']) {
      const { outcome, left } = await runAccount({
        before: (event, hold) => {
          if (event !== `delete ${MFA}`) return;
          hold(MEMBER, [{ ...PASSWORD, created }, MFA_DEVICE]);
          throw refusal;
        },
      });
      assert.equal(outcome.kind, 'failed');
      assert.deepEqual(left(MEMBER), ['password', MFA]);
    }
  });
}

test('applyAccount fails, and claims nothing, when somebody else deleted what AWS had refused to delete', async () => {
  const refusal = new RootAccessFailure('aws-error', 'slow', { refused: true, retryable: 'throttled' });
  const { outcome, deletions } = await runAccount({
    before: (event, hold) => {
      if (event !== 'delete password') return;
      hold(MEMBER, [MFA_DEVICE]);
      throw refusal;
    },
  });
  assert.deepEqual(outcome.kind === 'failed' && outcome.proven, []);
  assert.deepEqual(deletions, ['delete password']);
});

test('applyAccount deletes in the end when it is throttled for minutes', async () => {
  const refusal = new RootAccessFailure('aws-error', 'slow', { refused: true, retryable: 'throttled' });
  let asked = 0;
  const { outcome, clock } = await runAccount({
    before: (event) => {
      if (event !== 'delete password') return;
      asked += 1;
      if (asked <= 30) throw refusal;
    },
  });
  assert.equal(outcome.kind, 'done');
  assert(clock.sleeps.reduce((sum, it) => sum + it, 0) > 2 * 60_000);
});

test('applyAccount fails, and says what the account holds, when something came while the last deletion ran', async () => {
  const { outcome } = await runAccount({
    before: (event, hold) => {
      if (event === `find ${MFA}`) hold(MEMBER, [{ ...PASSWORD, created: '2026-11-23T09:01:00Z' }]);
    },
  });
  assert.deepEqual(outcome.kind === 'failed' && outcome.proven, [PASSWORD_NAME, MFA_NAME]);
  assert.match(
    outcome.kind === 'failed' ? outcome.message : '',
    /^the account changed while it was being worked on; it now holds password, /,
  );
});
