import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CredentialName } from '../../src/core/action/credentials.js';
import { foldJournal, type JournalRecord } from '../../src/core/apply/journal.js';
import type { AccountOutcome } from '../../src/core/apply/ledger.js';
import { answered, deleted, ended, failed, intended, proven, RECORDS } from './apply/journal-records.js';
import { MEMBER, PASSWORD } from './fixtures.js';

const PASSWORD_OF_MEMBER = new Map([[MEMBER, new Set(['password'])]]);
const sent = (...records: readonly JournalRecord[]) => foldJournal(records).sent;

test('foldJournal is empty when nothing was done', () => {
  const nothing = {
    sent: new Map(),
    ours: new Map(),
    proven: new Map(),
    started: new Set(),
    answered: new Map(),
    completed: new Set(),
  };
  assert.deepEqual(foldJournal([]), nothing);
  assert.deepEqual(foldJournal(RECORDS.slice(0, 3)), nothing);
});

/** Whether the password may have been deleted, and so may be missing. */
const SENT: readonly [what: string, may: boolean, records: readonly JournalRecord[]][] = [
  ['a run went to delete, and was killed', true, [intended()]],
  ['AWS answered that it deleted', true, [intended(), answered()]],
  ['the answer was lost', true, [intended(), failed('unknown')]],
  ['AWS refused', false, [intended(), failed('none')]],
  ['AWS refused each of two', false, [intended(), failed('none'), intended(), failed('none')]],
  ['a killed run is followed by a refusal', true, [intended(), intended(), failed('none')]],
  [
    'a lost answer is followed by a refusal',
    true,
    [intended(), failed('unknown'), intended(), failed('none')],
  ],
  [
    'a refusal is followed by a lost answer',
    true,
    [intended(), failed('none'), intended(), failed('unknown')],
  ],
  ['a refusal is followed by a killed run', true, [intended(), failed('none'), intended()]],
  ['a deletion is followed by a refusal', true, [intended(), answered(), intended(), failed('none')]],
  ['only the account ended', false, [ended('done')]],
];
for (const [what, may, records] of SENT) {
  test(`foldJournal says that a credential ${may ? 'may' : 'may not'} be missing when ${what}`, () => {
    assert.deepEqual(sent(...records), may ? PASSWORD_OF_MEMBER : new Map());
  });
}

/** Whether a request of this plan's runs can have deleted the password. */
const OURS: readonly [what: string, may: boolean, records: readonly JournalRecord[]][] = [
  ['AWS answered that it deleted', true, [intended(), answered()]],
  ['the answer was lost', true, [intended(), failed('unknown')]],
  ['AWS knew it no more', false, [intended(), answered(PASSWORD, MEMBER, 'absent')]],
  [
    'AWS knew it no more after a killed run',
    true,
    [intended(), intended(), answered(PASSWORD, MEMBER, 'absent')],
  ],
];
for (const [what, may, records] of OURS) {
  test(`foldJournal ${may ? 'counts' : 'does not count'} a credential as ours when ${what}`, () => {
    assert.deepEqual(foldJournal(records).ours, may ? PASSWORD_OF_MEMBER : new Map());
  });
}

test('foldJournal never forgets that a credential may have been deleted, whatever follows', () => {
  const unsettled = fc.constantFrom([intended()], [intended(), failed('unknown')], [intended(), answered()]);
  const later = fc.constantFrom([intended()], [intended(), failed('none')], [ended('failed')], [proven()]);
  fc.assert(
    fc.property(unsettled, fc.array(later), (before, after) => {
      assert.deepEqual(sent(...before, ...after.flat()), PASSWORD_OF_MEMBER);
    }),
  );
});

test('foldJournal does not let a refusal settle what was asked for another credential or account', () => {
  const key: CredentialName = { kind: 'access-key', id: 'A' };
  assert.deepEqual(sent(intended(), intended(key), failed('none', key)), PASSWORD_OF_MEMBER);
  const other = '333333333333';
  const refused = failed('none', { kind: 'password' }, other);
  assert.deepEqual(sent(intended(), intended({ kind: 'password' }, other), refused), PASSWORD_OF_MEMBER);
});

test('foldJournal keeps accounts and credentials apart', () => {
  const go = (account: string, id: string) => intended({ kind: 'access-key', id }, account);
  assert.deepEqual(
    sent(go('1', 'A'), go('2', 'B'), go('1', 'C'), go('1', 'A')),
    new Map([
      ['1', new Set(['access-key A', 'access-key C'])],
      ['2', new Set(['access-key B'])],
    ]),
  );
});

test('foldJournal takes nothing but the proof of a deletion for proof', () => {
  assert.deepEqual(foldJournal([intended(), answered(), ended('done')]).proven, new Map());
  assert.deepEqual(foldJournal([proven()]).proven, PASSWORD_OF_MEMBER);
});

test('foldJournal says that an account was begun when a run went to delete something in it', () => {
  assert.deepEqual(foldJournal([intended(), failed('none')]).started, new Set([MEMBER]));
});

test('foldJournal says that no account was begun when runs only looked', () => {
  const looks = RECORDS.slice(0, 3);
  assert.deepEqual(foldJournal([...looks, ended('drifted'), ended('unknown')]).started, new Set());
});

const COMPLETE: readonly [outcome: AccountOutcome['kind'], complete: boolean][] = [
  ['done', true],
  ['done-earlier', true],
  ['failed', false],
  ['drifted', false],
  ['unknown', false],
  ['not-started', false],
];
for (const [outcome, complete] of COMPLETE) {
  test(`foldJournal says that an account is ${complete ? '' : 'not '}complete when it ended as ${outcome}`, () => {
    assert.deepEqual(foldJournal([ended(outcome)]).completed, new Set(complete ? [MEMBER] : []));
  });
}

test('foldJournal does not take proofs for the end of an account', () => {
  const records = deleted(MEMBER, [{ kind: 'password' }]);
  assert.deepEqual(foldJournal(records).completed, new Set([MEMBER]));
  assert.deepEqual(foldJournal(records.slice(0, -1)).completed, new Set());
});
