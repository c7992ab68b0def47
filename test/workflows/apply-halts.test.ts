import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RootsweepError } from '../../src/errors.js';
import type { ApplyEvent } from '../../src/workflows/apply.js';
import { intended } from '../core/apply/journal-records.js';
import { FULL_DISK, IDS, runApply, storyOf } from './apply-run.js';

test('applyPlan starts no further account when the journal cannot be written', async () => {
  let appended = 0;
  const before = (event: string) => {
    if (event.startsWith('journal')) appended += 1;
    if (appended > 6) throw FULL_DISK;
  };
  const { ledger, kinds, left } = await runApply({ before });
  assert.deepEqual(kinds, ['failed', 'not-started', 'not-started']);
  assert.equal(ledger.exitCode, 6);
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [1, 2, 2],
  );
});

test('applyPlan starts no further account when rootsweep itself is at fault', async () => {
  const before = (event: string) => {
    if (event === `list ${IDS[0]}`) throw new TypeError('defect');
  };
  const { kinds } = await runApply({ before });
  assert.deepEqual(kinds, ['failed', 'not-started', 'not-started']);
});

test('applyPlan starts no further account when only the end of one cannot be written', async () => {
  const before = (event: string) => {
    if (event === 'journal account-ended') throw FULL_DISK;
  };
  const { kinds } = await runApply({ before });
  assert.deepEqual(kinds, ['done', 'not-started', 'not-started']);
});

test('applyPlan gives the ledger, and says what is missing, when the end of the run cannot be written', async () => {
  const before = (event: string) => {
    if (event === 'journal run-ended') throw FULL_DISK;
  };
  const { ledger, kinds } = await runApply({ before });
  assert.deepEqual(kinds, ['done', 'done', 'done']);
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, FULL_DISK.message]);
});

test('applyPlan starts nothing, and exits with 130, when it was stopped before', async () => {
  const { ledger, kinds, events } = await runApply({}, { stop: AbortSignal.abort() });
  assert.deepEqual(kinds, ['not-started', 'not-started', 'not-started']);
  assert.equal(ledger.exitCode, 130);
  assert.deepEqual(events, ['journal run-started', 'journal run-ended']);
});

test('applyPlan finishes the account that it is in when it is stopped, and starts no other', async () => {
  const stop = new AbortController();
  const before = (event: string) => {
    if (event === 'delete password') stop.abort();
  };
  const { ledger, kinds, left } = await runApply({ before }, { stop: stop.signal });
  assert.deepEqual(kinds, ['done', 'not-started', 'not-started']);
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [0, 2, 2],
  );
  assert.equal(ledger.exitCode, 130);
});

test('applyPlan says the same in the ledger and in the journal when it is stopped after the work was over', async () => {
  const stop = new AbortController();
  const before = (event: string) => {
    if (event === `account ${IDS[0]}`) throw new RootsweepError('AWS_FAILED', 'AWS answers with an error');
    if (event === 'journal run-ended') stop.abort();
  };
  const { ledger, kinds, records } = await runApply({ before }, { stop: stop.signal });
  assert.deepEqual(kinds, ['unknown', 'not-started', 'not-started']);
  assert.equal(ledger.exitCode, 6);
  const last = records.at(-1);
  assert.equal(last?.type === 'run-ended' && last.exitCode, 6);
});

test('applyPlan starts no account when the start of its wave cannot be written', async () => {
  const before = (event: string) => {
    if (event === 'journal wave-started') throw FULL_DISK;
  };
  const { ledger, kinds } = await runApply({ before });
  assert.deepEqual(kinds, ['not-started', 'not-started', 'not-started']);
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, FULL_DISK.message]);
});

test('applyPlan starts no wave when it was stopped before and an earlier run had begun an account', async () => {
  const { told, records } = await runApply({ earlier: [intended()] }, { stop: AbortSignal.abort() });
  assert.deepEqual(storyOf(told), []);
  assert.equal(
    records.some(({ type }) => type === 'wave-started'),
    false,
  );
});

// The plan may stop being good while it is applied.

const EXPIRED = new RootsweepError('PLAN_EXPIRED', 'the plan expired');

test('applyPlan asks before each account whether the plan is still good, and before it asks AWS', async () => {
  const asked: number[] = [];
  const events: string[] = [];
  const before = (event: string) => {
    events.push(event);
  };
  await runApply({ before }, { checkStillGood: () => asked.push(events.length) });
  assert.equal(asked.length, IDS.length);
  assert.deepEqual(
    asked.map((count) => events[count]),
    IDS.map((id) => `account ${id}`),
  );
});

test('applyPlan starts no further account, exits with 6 and says why when the plan is no longer good', async () => {
  let asked = 0;
  const checkStillGood = () => {
    asked += 1;
    if (asked > 1) throw EXPIRED;
  };
  const { ledger, kinds, left, records } = await runApply({}, { checkStillGood });
  assert.deepEqual(kinds, ['done', 'not-started', 'not-started']);
  assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'the plan expired']);
  assert.deepEqual(
    IDS.map((id) => left(id).length),
    [0, 2, 2],
  );
  const last = records.at(-1);
  assert.deepEqual(last?.type === 'run-ended' && [last.exitCode, last.trouble], [6, 'the plan expired']);
});

test('applyPlan finishes the accounts at work when the plan is no longer good for another', async () => {
  let asked = 0;
  const checkStillGood = () => {
    asked += 1;
    if (asked > 2) throw EXPIRED;
  };
  const { kinds } = await runApply({ staleReads: 3 }, { checkStillGood, concurrency: 2 });
  assert.deepEqual(kinds, ['done', 'done', 'not-started']);
});

// Telling is not what the run is for.

for (const type of ['account-started', 'action-proven', 'account-ended', 'wave-started'] as const) {
  test(`applyPlan gives the ledger, and starts no further account, when ${type} cannot be told`, async () => {
    const onEvent = (event: ApplyEvent) => {
      if (event.type === type) throw new Error('broken pipe');
    };
    const { ledger, kinds, records } = await runApply({}, { onEvent });
    assert.deepEqual([ledger.exitCode, ledger.trouble], [6, 'broken pipe']);
    assert.deepEqual(kinds.slice(1), ['not-started', 'not-started']);
    assert.equal(records.at(-1)?.type, 'run-ended');
  });
}
