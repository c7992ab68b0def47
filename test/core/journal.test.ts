import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeJournal, encodeRecord, foldJournal, type JournalRecord } from '../../src/core/journal.js';
import { assertRefused, MEMBER, SHA256 } from './fixtures.js';

const at = '2026-11-23T09:00:00Z';
const about = { at, account: MEMBER, kind: 'password' } as const;
const RECORDS: readonly JournalRecord[] = [
  {
    type: 'run-started',
    at,
    run: 'r',
    plan: 'p',
    digest: SHA256,
    caller: 'arn',
    tool: 't',
    host: 'h',
    pid: 1,
  },
  { type: 'deletion-intended', ...about, session: 'ASIAEXAMPLE' },
  { type: 'deletion-answered', ...about, answer: 'deleted', requestId: 'q' },
  { type: 'deletion-proven', ...about, requestId: 'q' },
  { type: 'run-ended', at, run: 'r', exitCode: 0 },
];

/** The whole lines of a journal of a plan. */
function write(records: readonly JournalRecord[], digest = SHA256): string {
  let [text, previous] = ['', digest];
  for (const record of records) {
    previous = encodeRecord(record, previous);
    text += `${previous}\n`;
  }
  return text;
}
const read = (text: string, digest = SHA256) => decodeJournal(text, digest, 'a.journal.jsonl');
const JOURNAL = write(RECORDS);

test('decodeJournal reads back what encodeRecord wrote', () => {
  const { records } = read(JOURNAL);
  const withoutHash = records.map((record) => ({ ...record, previous: undefined }));
  assert.deepEqual(
    withoutHash,
    RECORDS.map((record) => ({ ...record, previous: undefined })),
  );
});

test('decodeJournal gives the last line, which the next record covers', () => {
  assert.equal(`${read(JOURNAL).last}\n`, JOURNAL.slice(JOURNAL.lastIndexOf('{')));
});

test('decodeJournal gives the digest of the plan when the journal is empty', () => {
  assert.deepEqual(read(''), { records: [], last: SHA256 });
});

test('encodeRecord writes one line when a record holds a line break', () => {
  const line = encodeRecord({ type: 'deletion-failed', ...about, message: 'a\nb\u2028' }, SHA256);
  assert.equal(line.includes('\n'), false);
});

test('decodeJournal refuses the journal of another plan', () => {
  const message = assertRefused('JOURNAL_INVALID', () => read(JOURNAL, 'b'.repeat(64)));
  assert.equal(message, 'a.journal.jsonl:1:1: the journal belongs to another plan, or was changed');
});

test('decodeJournal names the line below the one that was changed', () => {
  const changed = JOURNAL.replace('ASIAEXAMPLE', 'ASIAEXAMPLF');
  const message = assertRefused('JOURNAL_INVALID', () => read(changed));
  assert.equal(message, 'a.journal.jsonl:3:1: the journal was changed after it was written');
});

test('decodeJournal refuses any other character anywhere above the last line', () => {
  const end = JOURNAL.lastIndexOf('{') - 1;
  const character = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\n', ' ', '"'),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: end }), character, (index, other) => {
      fc.pre(JOURNAL[index] !== other);
      assertRefused('JOURNAL_INVALID', () =>
        read(JOURNAL.slice(0, index) + other + JOURNAL.slice(index + 1)),
      );
    }),
    { numRuns: 500 },
  );
});

const LINES = JOURNAL.split('\n').slice(0, -1);
const join = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const TAMPERED: readonly [what: string, lines: readonly string[]][] = [
  ['a line taken out', LINES.toSpliced(2, 1)],
  ['its first line taken out', LINES.slice(1)],
  ['two lines swapped', [...LINES.slice(0, 1), ...LINES.slice(1, 3).reverse(), ...LINES.slice(3)]],
  ['a line put in twice', LINES.toSpliced(2, 0, ...LINES.slice(1, 2))],
  ['an empty line put in', LINES.toSpliced(2, 0, '')],
  ['a line that is no JSON', [...LINES, 'x']],
  ['a line that is no object', [...LINES, '"previous type"']],
  ['a line that is null', [...LINES, 'null']],
  ['a record without a hash', [...LINES, JSON.stringify(RECORDS[3])]],
];
for (const [what, lines] of TAMPERED) {
  test(`decodeJournal refuses a journal with ${what}`, () => {
    assertRefused('JOURNAL_INVALID', () => read(join(lines)));
  });
}

test('foldJournal is empty when nothing was done', () => {
  assert.deepEqual(foldJournal([]), { intended: new Map(), proven: new Map() });
});

test('foldJournal holds the intent of a deletion, whatever came of it', () => {
  const failed: JournalRecord = { type: 'deletion-failed', ...about, message: 'x' };
  const { intended, proven } = foldJournal([...RECORDS.slice(0, 2), failed]);
  assert.deepEqual(intended, new Map([[MEMBER, new Set(['password'])]]));
  assert.deepEqual(proven, new Map());
});

test('foldJournal does not take the answer of a deletion for proof', () => {
  assert.deepEqual(foldJournal(RECORDS.slice(0, 3)).proven, new Map());
});

test('foldJournal holds what was proven gone', () => {
  assert.deepEqual(foldJournal(RECORDS).proven, new Map([[MEMBER, new Set(['password'])]]));
});

test('foldJournal keeps accounts and credentials apart', () => {
  const intend = (account: string, id: string): JournalRecord => ({
    type: 'deletion-intended',
    at,
    account,
    kind: 'access-key',
    id,
    session: 's',
  });
  const { intended } = foldJournal([intend('1', 'A'), intend('2', 'B'), intend('1', 'C'), intend('1', 'A')]);
  assert.deepEqual(
    intended,
    new Map([
      ['1', new Set(['access-key A', 'access-key C'])],
      ['2', new Set(['access-key B'])],
    ]),
  );
});

test('foldJournal does not take the end of an account for proof', () => {
  const { proven } = foldJournal([{ type: 'account-ended', at, account: MEMBER, outcome: 'deleted' }]);
  assert.deepEqual(proven, new Map());
});
