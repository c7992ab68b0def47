import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldJournal, type JournalRecord } from '../../src/core/apply/journal.js';
import {
  ended,
  placedAnswered,
  placedFailed,
  placedIntended,
  placedProven,
} from './apply/journal-records.js';
import { MEMBER } from './fixtures.js';

const OF_MEMBER = new Map([[MEMBER, new Set(['password'])]]);

/** Whether the action may have been carried out. */
const SENT: readonly [what: string, may: boolean, records: readonly JournalRecord[]][] = [
  ['a run went to do it, and was killed', true, [placedIntended()]],
  ['AWS answered that it did', true, [placedIntended(), placedAnswered()]],
  ['the answer was lost', true, [placedIntended(), placedFailed('unknown')]],
  ['AWS refused', false, [placedIntended(), placedFailed('none')]],
  ['a killed run is followed by a refusal', true, [placedIntended(), placedIntended(), placedFailed('none')]],
  ['only the account ended', false, [ended('done')]],
];
for (const [what, may, records] of SENT) {
  test(`foldJournal says that an action asked for once ${may ? 'may' : 'may not'} be done when ${what}`, () => {
    const { sent, ours } = foldJournal(records);
    assert.deepEqual([sent, ours], may ? [OF_MEMBER, OF_MEMBER] : [new Map(), new Map()]);
  });
}

test('foldJournal says that an action was proven only when a look said so', () => {
  assert.deepEqual(foldJournal([placedIntended(), placedAnswered()]).proven, new Map());
  assert.deepEqual(foldJournal([placedIntended(), placedProven()]).proven, OF_MEMBER);
});

test('foldJournal says in which accounts an action was begun, and in which it was done', () => {
  const other = '333333333333';
  const { started, completed } = foldJournal([
    placedIntended(),
    ended('failed'),
    placedIntended({ account: other }),
    ended('done', other),
  ]);
  assert.deepEqual([started, completed], [new Set([MEMBER, other]), new Set([other])]);
});
