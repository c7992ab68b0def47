import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalRecord } from '../../src/core/apply/journal.js';
import { placedAnswered, placedFailed, placedIntended, placedProven } from '../core/apply/journal-records.js';
import { BUCKET } from '../views/named-plans.js';
import { CREATED, doneOf, REPLACED, runNamed } from './named-run.js';

const UNLOCK = { kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' } as const;
const PROVEN = [placedIntended(), placedAnswered(), placedProven({}, CREATED)];

/** What an earlier run wrote: it may have been this plan that did it. */
const MAY_BE_OURS: readonly [what: string, earlier: readonly JournalRecord[]][] = [
  ['was killed on the way', [placedIntended()]],
  ['lost the answer', [placedIntended(), placedFailed('unknown')]],
  [
    'was killed on the way and another was refused',
    [placedIntended(), placedIntended(), placedFailed('none')],
  ],
  ['had the answer', [placedIntended(), placedAnswered()]],
];
for (const [what, earlier] of MAY_BE_OURS) {
  test(`applyAccount proves what is there, and asks for nothing, when an earlier run ${what}`, async () => {
    const { outcome, requests, records } = await runNamed({ earlier, standing: CREATED });
    assert.deepEqual([outcome, requests], [doneOf(), 0]);
    assert.deepEqual(
      records.map(({ type }) => type),
      ['action-proven'],
    );
  });

  // What AWS said it had done, and is not there, somebody undid: doing it again was reviewed by nobody.
  const again = earlier.some(({ type }) => type === 'action-answered') ? 0 : 1;
  test(`applyAccount asks ${again === 0 ? 'no more' : 'once'} when nothing is there and an earlier run ${what}`, async () => {
    const { outcome, requests } = await runNamed({ earlier });
    assert.deepEqual([outcome.kind, requests], [again === 0 ? 'failed' : 'done', again]);
  });
}

const NOT_OURS: readonly [what: string, earlier: readonly JournalRecord[]][] = [
  ['an earlier run was refused', [placedIntended(), placedFailed('none')]],
  ['an earlier run went to do it in another account', [placedIntended({ account: '333333333333' })]],
];
for (const [what, earlier] of NOT_OURS) {
  test(`applyAccount drifts when a password is there and ${what}`, async () => {
    const { outcome, requests } = await runNamed({ earlier, standing: CREATED });
    assert.deepEqual([outcome.kind, requests], ['drifted', 0]);
  });
}

test('applyAccount looks, and asks for nothing, when an earlier run proved it and it is so still', async () => {
  const { outcome, requests, records } = await runNamed({ earlier: PROVEN, standing: CREATED });
  assert.deepEqual([outcome, requests, records], [{ kind: 'done-earlier' }, 0, []]);
});

test('applyAccount drifts, and gives no second password, when the one that an earlier run proved is gone', async () => {
  const { outcome, requests } = await runNamed({ earlier: PROVEN });
  assert.deepEqual(outcome, {
    kind: 'drifted',
    drift: {
      kind: 'drifted',
      planned: ['password, allowed by an earlier run'],
      found: ['no password'],
    },
    earlier: ['password'],
  });
  assert.equal(requests, 0);
});

for (const action of [BUCKET, REPLACED]) {
  const earlier = [placedIntended(UNLOCK, action.document), placedAnswered(UNLOCK), placedProven(UNLOCK)];
  for (const [what, standing] of [
    ['the old policy is back', action.document],
    ['a third policy is there', '{"third":true}'],
  ] as const) {
    test(`applyAccount drifts, and asks for nothing, when ${what} after ${'replacement' in action ? 'a replacement' : 'a deletion'} was proven`, async () => {
      const { outcome, requests } = await runNamed({ action, earlier, standing });
      assert.deepEqual([outcome.kind, requests], ['drifted', 0]);
      assert.deepEqual('earlier' in outcome && outcome.earlier, ['bucket logs in eu-west-1']);
    });
  }
}

test('applyAccount drifts when a third policy is there and an earlier run was killed on the way', async () => {
  const { outcome, requests } = await runNamed({
    action: REPLACED,
    earlier: [placedIntended(UNLOCK, REPLACED.document)],
    standing: '{"third":true}',
  });
  assert.deepEqual([outcome.kind, requests], ['drifted', 0]);
});
