import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { accountOf, MEMBER } from '../core/fixtures.js';
import { BUCKET, DENIES_ALL, PASSWORD } from '../views/named-plans.js';
import { BROKEN, FULL_DISK, failing, failingOnce, UNANSWERED } from './account-run.js';
import { CREATED, doneOf, EXISTS, LOOKED, REPLACED, runNamed } from './named-run.js';

const typesOf = (records: readonly { readonly type: string }[]) => records.map(({ type }) => type);
const DELETED_QUEUE = { ...BUCKET, kind: 'unlock-queue', name: 'orders' } as const;

for (const [what, action, after] of [
  ['lets a password be recovered', PASSWORD, CREATED],
  ['deletes the policy of a bucket', BUCKET, undefined],
  ['replaces the policy of a bucket', REPLACED, REPLACED.replacement],
  ['deletes the policy of a queue', DELETED_QUEUE, undefined],
] as const) {
  test(`applyAccount ${what}, and proves it`, async () => {
    const { outcome, fatal, records, requests, told, standing } = await runNamed({ action });
    assert.deepEqual([outcome, fatal, requests], [doneOf(action), false, 1]);
    assert.equal(standing(), after);
    assert.deepEqual(typesOf(records), ['action-intended', 'action-answered', 'action-proven']);
    assert.deepEqual(told, ['action-started', 'proof-started', 'action-proven']);
  });
}

test('applyAccount looks, writes the intent, asks, writes the answer and looks again, in this order', async () => {
  const { events } = await runNamed();
  assert.deepEqual(events, [
    ...LOOKED,
    'journal action-intended password',
    `perform ${MEMBER}`,
    'journal action-answered password',
    `find ${MEMBER}`,
    'journal action-proven password',
  ]);
});

test('applyAccount keeps in the journal what stood there, by whom it was asked, and what stands there now', async () => {
  const { records } = await runNamed({ action: REPLACED });
  const about = { account: MEMBER, kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' };
  assert.deepEqual(
    records.map(({ at: _, ...record }) => record),
    [
      { type: 'action-intended', ...about, session: `ASIA${MEMBER}`, standing: DENIES_ALL },
      { type: 'action-answered', ...about, answer: 'done', requestId: 'perform' },
      { type: 'action-proven', ...about, requestId: 'find', standing: REPLACED.replacement },
    ],
  );
});

// Promise 3.

for (const [what, situation, found] of [
  ['a password is there', { standing: CREATED }, [`password, created ${CREATED}`]],
  ['the policy is gone', { action: BUCKET, standing: undefined }, ['bucket logs in eu-west-1: no policy']],
  ['another policy is there', { action: BUCKET, standing: '{}' }, ['bucket logs in eu-west-1: policy', '{}']],
  [
    'the replacement is there already',
    { action: REPLACED, standing: REPLACED.replacement },
    ['bucket logs in eu-west-1: policy', REPLACED.replacement],
  ],
  [
    'the policy is written in another way',
    { action: BUCKET, standing: `${DENIES_ALL}\n` },
    ['bucket logs in eu-west-1: policy', `${DENIES_ALL}\n`],
  ],
] as const) {
  test(`applyAccount drifts, and asks for nothing, when ${what}`, async () => {
    const { outcome, requests, records } = await runNamed(situation);
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
  test(`applyAccount drifts, and opens no session, when the account ${what}`, async () => {
    const { outcome, events } = await runNamed({ accounts });
    assert.equal(outcome.kind, 'drifted');
    assert(!events.some((event) => event.startsWith('open ')));
  });
}

// Promise 4.

for (const [what, before] of [
  ['Organizations does not answer', failing('account ', BROKEN)],
  ['no session can be opened', failing('open ', BROKEN)],
  ['the place cannot be looked at', failing('observe ', UNANSWERED)],
] as const) {
  test(`applyAccount is unknown, and asks for nothing, when ${what}`, async () => {
    const { outcome, fatal, requests, records } = await runNamed({ before });
    assert.deepEqual([outcome.kind, fatal, requests, records], ['unknown', false, 0, []]);
  });
}

// Promise 7.

test('applyAccount asks for nothing, and is fatal, when the intent cannot be written', async () => {
  const { outcome, fatal, requests } = await runNamed({
    before: failing('journal action-intended', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'no space left', effect: 'none' });
  assert.deepEqual([fatal, requests], [true, 0]);
});

test('applyAccount says that it may be done, and is fatal, when the answer cannot be written', async () => {
  const { outcome, fatal, requests } = await runNamed({
    before: failing('journal action-answered', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'no space left', effect: 'unknown' });
  assert.deepEqual([fatal, requests], [true, 1]);
});

// No answer.

for (const [what, action] of [
  ['a password was made possible', PASSWORD],
  ['a policy was deleted', BUCKET],
  ['a policy was replaced', REPLACED],
] as const) {
  test(`applyAccount looks, and does not ask again, when ${what} and the answer was lost`, async () => {
    const { outcome, requests, events, records } = await runNamed({ action, unanswered: true });
    assert.deepEqual([outcome, requests], [doneOf(action), 1]);
    const lost = events.findIndex((event) => event.startsWith('journal action-failed'));
    assert.equal(events[lost + 1], `observe ${MEMBER}`);
    assert(records.some((record) => record.type === 'action-failed' && record.effect === 'unknown'));
  });
}

test('applyAccount writes a new intent for every request when one gets no answer', async () => {
  const { outcome, records, events } = await runNamed({ before: failingOnce('perform', UNANSWERED) });
  assert.equal(outcome.kind, 'done');
  assert.deepEqual(typesOf(records), [
    'action-intended',
    'action-failed',
    'action-intended',
    'action-answered',
    'action-proven',
  ]);
  const first = events.indexOf(`perform ${MEMBER}`);
  assert.deepEqual(events.slice(first + 1, first + 4), [
    'journal action-failed password',
    `observe ${MEMBER}`,
    'journal action-intended password',
  ]);
});

test('applyAccount is done in the end when the answer was lost and the password shows later', async () => {
  const { outcome, requests, standing } = await runNamed({ unanswered: true, staleLooks: 1 });
  // The second request is refused, because the first had its effect.
  assert.deepEqual([outcome, requests, standing()], [doneOf(), 2, CREATED]);
});

test('applyAccount fails after 6 requests, and says that it may be done, when there is never an answer', async () => {
  const { outcome, requests, fatal } = await runNamed({ before: failing('perform', UNANSWERED) });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'no answer', effect: 'unknown' });
  assert.deepEqual([requests, fatal], [6, false]);
});

test('applyAccount fails, and says that nothing was changed, when AWS refuses', async () => {
  const { outcome, requests, records } = await runNamed({ before: failing('perform', BROKEN) });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'broken', effect: 'none' });
  assert.equal(requests, 1);
  assert(records.some((record) => record.type === 'action-failed' && record.effect === 'none'));
});

test('applyAccount is done in the end when it is throttled for a while', async () => {
  const refusal = new RootAccessFailure('aws-error', 'slow', { refused: true, retryable: 'throttled' });
  let asked = 0;
  const { outcome, requests } = await runNamed({
    before: (event) => {
      if (!event.startsWith('perform')) return;
      asked += 1;
      if (asked <= 30) throw refusal;
    },
  });
  assert.deepEqual([outcome, requests], [doneOf(), 31]);
});

// Somebody else.

test('applyAccount fails, and claims nothing, when somebody else made a password after the look', async () => {
  const { outcome, requests } = await runNamed({
    before: (event, put) => {
      if (event.startsWith('perform')) put(MEMBER, '2026-11-23T08:59:59Z');
    },
  });
  assert.deepEqual(outcome, {
    kind: 'failed',
    proven: [],
    message:
      'the account changed while it was being worked on; it now holds password, created 2026-11-23T08:59:59Z',
    effect: 'none',
  });
  assert.equal(requests, 1);
});

test('applyAccount fails, and asks no more, when a third policy came while an answer was lost', async () => {
  const { outcome, requests, standing } = await runNamed({
    action: REPLACED,
    before: (event, put) => {
      if (!event.startsWith('perform')) return;
      put(MEMBER, '{"third":true}');
      throw UNANSWERED;
    },
  });
  assert.equal(outcome.kind, 'failed');
  assert.deepEqual([requests, standing()], [1, '{"third":true}']);
});

test('applyAccount fails when a third policy came in place of the planned one', async () => {
  const { outcome, records } = await runNamed({
    action: REPLACED,
    before: (event, put) => {
      if (event.startsWith('journal action-answered')) put(MEMBER, '{"third":true}');
    },
  });
  assert.match(outcome.kind === 'failed' ? outcome.message : '', /^the account changed while it was being/);
  assert.deepEqual(outcome.kind === 'failed' && outcome.effect, 'unknown');
  assert(!typesOf(records).includes('action-proven'));
});

// Promise 8.

test('applyAccount looks for up to a minute when what stood there is still seen', async () => {
  for (const action of [PASSWORD, BUCKET, REPLACED]) {
    const { outcome, requests, events } = await runNamed({ action, staleLooks: 10 });
    assert.deepEqual([outcome, requests], [doneOf(action), 1]);
    assert.equal(events.filter((event) => event.startsWith('find ')).length, 11);
  }
});

test('applyAccount fails, and says that it may be done, when AWS answers and nothing changes', async () => {
  const { outcome, records, fatal, clock } = await runNamed({ doesNothing: true });
  assert.deepEqual(outcome, {
    kind: 'failed',
    proven: [],
    message: 'AWS accepted the change of the password and does not show it after 60 s',
    effect: 'unknown',
  });
  assert.deepEqual([fatal, typesOf(records)], [false, ['action-intended', 'action-answered']]);
  assert(clock.sleeps.reduce((sum, it) => sum + it, 0) <= 60_000);
});

test('applyAccount fails when the look that is to prove it fails', async () => {
  const { outcome } = await runNamed({
    before: (event) => {
      if (event.startsWith('find')) throw EXISTS;
    },
  });
  assert.deepEqual(outcome, { kind: 'failed', proven: [], message: 'exists', effect: 'unknown' });
});
