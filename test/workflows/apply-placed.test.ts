import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { accountOf, MEMBER } from '../core/fixtures.js';
import { BUCKET, DENIES_ALL, PASSWORD } from '../views/named-plans.js';
import { BROKEN, FULL_DISK, failing, failingOnce, UNANSWERED } from './account-run.js';
import { CREATED, doneOf, EXISTS, LOOKED, REPLACED, runRemedy } from './named-run.js';

const typesOf = (records: readonly { readonly type: string }[]) => records.map(({ type }) => type);
const DELETED_QUEUE = { ...BUCKET, kind: 'unlock-queue', name: 'orders' } as const;

for (const [what, remedy, after] of [
  ['lets a password be recovered', PASSWORD, CREATED],
  ['deletes the policy of a bucket', BUCKET, undefined],
  ['replaces the policy of a bucket', REPLACED, REPLACED.replacement],
  ['deletes the policy of a queue', DELETED_QUEUE, undefined],
] as const) {
  test(`applyRemedy ${what}, and proves it`, async () => {
    const { outcome, fatal, records, requests, told, standing } = await runRemedy({ remedy });
    assert.deepEqual([outcome, fatal, requests], [doneOf(remedy), false, 1]);
    assert.equal(standing(), after);
    assert.deepEqual(typesOf(records), ['action-intended', 'action-answered', 'action-proven']);
    assert.deepEqual(told, ['action-started', 'action-proven']);
  });
}

test('applyRemedy looks, writes the intent, asks, writes the answer and looks again, in this order', async () => {
  const { events } = await runRemedy();
  assert.deepEqual(events, [
    ...LOOKED,
    'journal action-intended password',
    `carry-out ${MEMBER}`,
    'journal action-answered password',
    `look ${MEMBER}`,
    'journal action-proven password',
  ]);
});

test('applyRemedy keeps in the journal what stood there, by whom it was asked, and what stands there now', async () => {
  const { records } = await runRemedy({ remedy: REPLACED });
  const about = { account: MEMBER, kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' };
  assert.deepEqual(
    records.map(({ at: _, ...record }) => record),
    [
      { type: 'action-intended', ...about, session: `ASIA${MEMBER}`, standing: DENIES_ALL },
      { type: 'action-answered', ...about, answer: 'done', requestId: 'carry-out' },
      { type: 'action-proven', ...about, requestId: 'look', standing: REPLACED.replacement },
    ],
  );
});

// Promise 3.

for (const [what, situation, found] of [
  ['a password is there', { standing: CREATED }, [`password, created ${CREATED}`]],
  ['the policy is gone', { remedy: BUCKET, standing: undefined }, ['bucket logs in eu-west-1: no policy']],
  ['another policy is there', { remedy: BUCKET, standing: '{}' }, ['bucket logs in eu-west-1: policy', '{}']],
  [
    'the replacement is there already',
    { remedy: REPLACED, standing: REPLACED.replacement },
    ['bucket logs in eu-west-1: policy', REPLACED.replacement],
  ],
  [
    'the policy is written in another way',
    { remedy: BUCKET, standing: `${DENIES_ALL}\n` },
    ['bucket logs in eu-west-1: policy', `${DENIES_ALL}\n`],
  ],
] as const) {
  test(`applyRemedy drifts, and asks for nothing, when ${what}`, async () => {
    const { outcome, requests, records } = await runRemedy(situation);
    assert.deepEqual(outcome.kind === 'drifted' && outcome.drift.found, found);
    assert.deepEqual([requests, records], [0, []]);
  });
}

for (const [what, accounts] of [
  ['was renamed', [accountOf({ name: 'renamed' })]],
  ['has another address', [accountOf({ email: 'thief@example.com' })]],
  ['was moved', [accountOf({ parents: ['r-exmp'] })]],
  ['is suspended', [accountOf({ state: 'SUSPENDED' })]],
  ['left the organization', []],
] as const) {
  test(`applyRemedy drifts, and opens no session, when the account ${what}`, async () => {
    const { outcome, events } = await runRemedy({ accounts });
    assert.equal(outcome.kind, 'drifted');
    assert(!events.some((event) => event.startsWith('open ')));
  });
}

// Promise 4.

for (const [what, before] of [
  ['Organizations does not answer', failing('account ', BROKEN)],
  ['no session can be opened', failing('open ', BROKEN)],
  ['the place cannot be looked at', failing('look ', UNANSWERED)],
] as const) {
  test(`applyRemedy is unknown, and asks for nothing, when ${what}`, async () => {
    const { outcome, fatal, requests, records } = await runRemedy({ before });
    assert.deepEqual([outcome.kind, fatal, requests, records], ['unknown', false, 0, []]);
  });
}

// Promise 7.

test('applyRemedy asks for nothing, and is fatal, when the intent cannot be written', async () => {
  const { outcome, fatal, requests } = await runRemedy({
    before: failing('journal action-intended', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'no space left', effect: 'none' });
  assert.deepEqual([fatal, requests], [true, 0]);
});

test('applyRemedy says that it may be done, and is fatal, when the answer cannot be written', async () => {
  const { outcome, fatal, requests } = await runRemedy({
    before: failing('journal action-answered', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'no space left', effect: 'unknown' });
  assert.deepEqual([fatal, requests], [true, 1]);
});

// No answer.

for (const [what, remedy] of [
  ['a password was made possible', PASSWORD],
  ['a policy was deleted', BUCKET],
  ['a policy was replaced', REPLACED],
] as const) {
  test(`applyRemedy looks, and does not ask again, when ${what} and the answer was lost`, async () => {
    const { outcome, requests, events, records } = await runRemedy({ remedy, unanswered: true });
    assert.deepEqual([outcome, requests], [doneOf(remedy), 1]);
    const lost = events.findIndex((event) => event.startsWith('journal action-failed'));
    assert.equal(events[lost + 1], `look ${MEMBER}`);
    assert(records.some((record) => record.type === 'action-failed' && record.effect === 'unknown'));
  });
}

test('applyRemedy writes a new intent for every request when one gets no answer', async () => {
  const { outcome, records, events } = await runRemedy({ before: failingOnce('carry-out', UNANSWERED) });
  assert.equal(outcome.kind, 'done');
  assert.deepEqual(typesOf(records), [
    'action-intended',
    'action-failed',
    'action-intended',
    'action-answered',
    'action-proven',
  ]);
  const first = events.indexOf(`carry-out ${MEMBER}`);
  assert.deepEqual(events.slice(first + 1, first + 4), [
    'journal action-failed password',
    `look ${MEMBER}`,
    'journal action-intended password',
  ]);
});

test('applyRemedy is done in the end when the answer was lost and the password shows later', async () => {
  const { outcome, requests, standing } = await runRemedy({ unanswered: true, staleLooks: 1 });
  // The second request is refused, because the first had its effect.
  assert.deepEqual([outcome, requests, standing()], [doneOf(), 2, CREATED]);
});

test('applyRemedy fails after 6 requests, and says that it may be done, when there is never an answer', async () => {
  const { outcome, requests, fatal } = await runRemedy({ before: failing('carry-out', UNANSWERED) });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'no answer', effect: 'unknown' });
  assert.deepEqual([requests, fatal], [6, false]);
});

test('applyRemedy fails, and says that nothing was changed, when AWS refuses', async () => {
  const { outcome, requests, records } = await runRemedy({ before: failing('carry-out', BROKEN) });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'broken', effect: 'none' });
  assert.equal(requests, 1);
  assert(records.some((record) => record.type === 'action-failed' && record.effect === 'none'));
});

test('applyRemedy is done in the end when it is throttled for a while', async () => {
  const refusal = new RootAccessFailure('aws-error', 'slow', { refused: true, setback: 'throttled' });
  let asked = 0;
  const { outcome, requests } = await runRemedy({
    before: (event) => {
      if (!event.startsWith('carry-out')) return;
      asked += 1;
      if (asked <= 30) throw refusal;
    },
  });
  assert.deepEqual([outcome, requests], [doneOf(), 31]);
});

// Somebody else.

test('applyRemedy fails, and claims nothing, when somebody else made a password after the look', async () => {
  const { outcome, requests } = await runRemedy({
    before: (event, put) => {
      if (event.startsWith('carry-out')) put(MEMBER, '2026-11-23T08:59:59Z');
    },
  });
  assert.deepEqual(outcome, {
    kind: 'failed',
    proven: [],
    message:
      'the account changed while it was being worked on; it now has password, created 2026-11-23T08:59:59Z',
    effect: 'none',
  });
  assert.equal(requests, 1);
});

test('applyRemedy fails, and asks no more, when a third policy came while an answer was lost', async () => {
  const { outcome, requests, standing } = await runRemedy({
    remedy: REPLACED,
    before: (event, put) => {
      if (!event.startsWith('carry-out')) return;
      put(MEMBER, '{"third":true}');
      throw UNANSWERED;
    },
  });
  assert.equal(outcome.kind, 'failed');
  assert.deepEqual([requests, standing()], [1, '{"third":true}']);
});

test('applyRemedy fails when a third policy came in place of the planned one', async () => {
  const { outcome, records } = await runRemedy({
    remedy: REPLACED,
    before: (event, put) => {
      if (event.startsWith('journal action-answered')) put(MEMBER, '{"third":true}');
    },
  });
  assert.match(outcome.kind === 'failed' ? outcome.message : '', /^the account changed while it was being/);
  assert.deepEqual(outcome.kind === 'failed' && outcome.effect, 'unknown');
  assert(!typesOf(records).includes('action-proven'));
});

// Promise 8.

test('applyRemedy looks for up to a minute when what stood there is still seen', async () => {
  for (const remedy of [PASSWORD, BUCKET, REPLACED]) {
    const { outcome, requests, events } = await runRemedy({ remedy, staleLooks: 10 });
    assert.deepEqual([outcome, requests], [doneOf(remedy), 1]);
    assert.equal(events.filter((event) => event.startsWith('look ')).length, 12);
  }
});

test('applyRemedy fails, and says that it may be done, when AWS answers and nothing changes', async () => {
  const { outcome, records, fatal, clock } = await runRemedy({ doesNothing: true });
  assert.deepEqual(outcome, {
    kind: 'failed',
    proven: [],
    message: 'AWS accepted the change of the password and does not show it after 60 s',
    effect: 'unknown',
  });
  assert.deepEqual([fatal, typesOf(records)], [false, ['action-intended', 'action-answered']]);
  assert(clock.sleeps.reduce((sum, it) => sum + it, 0) <= 60_000);
});

test('applyRemedy fails when the look that is to prove it fails', async () => {
  let looks = 0;
  const { outcome } = await runRemedy({
    before: (event) => {
      if (event.startsWith('look') && ++looks === 2) throw EXISTS;
    },
  });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'exists', effect: 'unknown' });
});
