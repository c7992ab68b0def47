import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JournalRecord } from '../../src/core/journal.js';
import { findStart } from '../../src/core/receipt-records.js';
import { findRemedyReceiptFault, foldRemedyReceipt } from '../../src/core/remedy-receipt.js';
import { emitAnyReceipt, parseAnyReceipt } from '../../src/files/receipt.js';
import { MEMBER, SHA256 } from './fixtures.js';
import {
  ended,
  intended,
  remedyAnswered,
  remedyFailed,
  remedyIntended,
  remedyProven,
} from './journal-records.js';
import { AGAIN, START } from './receipt-runs.js';

const BUCKET = { kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' } as const;
const OF_REMEDIES = { remedy: 'unlock-bucket', reason: 'locked out' } as const;
const REMEDY_START = { ...START, ...OF_REMEDIES };
const REMEDY_AGAIN = { ...AGAIN, ...OF_REMEDIES };
const facts = { sha256: SHA256, lines: 1, tornBytes: 0 };
const fold = (...records: readonly JournalRecord[]) =>
  foldRemedyReceipt(REMEDY_START, [REMEDY_START, ...records], facts);
const accountOf = (...records: readonly JournalRecord[]) => fold(...records).accounts[0];
const at = '2026-11-23T08:30:00Z';

test('foldRemedyReceipt says what stood there before, who asked, what AWS said, and what stands there after', () => {
  assert.deepEqual(
    accountOf(
      remedyIntended(BUCKET, '{"old":1}'),
      remedyAnswered(BUCKET),
      remedyProven(BUCKET, '{"new":1}'),
      ended('done'),
    ),
    {
      id: MEMBER,
      name: 'shop',
      outcome: 'done',
      ends: [{ run: 1, at, outcome: 'done' }],
      place: { name: 'logs', region: 'eu-west-1' },
      requests: [
        {
          run: 1,
          intended: at,
          session: 'ASIAEXAMPLE',
          before: '{"old":1}',
          answer: { kind: 'done', at, requestId: 'q' },
        },
      ],
      after: { kind: 'proven', run: 1, at, requestId: 'q', policy: '{"new":1}' },
    },
  );
});

const AFTERS: readonly [what: string, after: string, records: readonly JournalRecord[]][] = [
  ['a run went to do it, and was killed', 'not-proven', [remedyIntended(BUCKET)]],
  ['AWS answered, and no look followed', 'not-proven', [remedyIntended(BUCKET), remedyAnswered(BUCKET)]],
  [
    'a run went to do it again after it was proven',
    'not-proven',
    [remedyIntended(BUCKET), remedyProven(BUCKET), remedyIntended(BUCKET)],
  ],
  ['AWS refused', 'not-proven', [remedyIntended(BUCKET), remedyFailed('none', BUCKET)]],
  ['it drifted', 'not-attempted', [ended('drifted')]],
];
for (const [what, after, records] of AFTERS) {
  test(`foldRemedyReceipt calls a remedy ${after} when ${what}`, () => {
    assert.equal(accountOf(...records)?.after.kind, after);
  });
}

test('foldRemedyReceipt calls an account never-ended when something was done after its last end', () => {
  assert.equal(accountOf(ended('failed'), REMEDY_AGAIN, remedyIntended(BUCKET))?.outcome, 'never-ended');
});

test('foldRemedyReceipt answers no intent of an earlier run', () => {
  const account = accountOf(remedyIntended(BUCKET), REMEDY_AGAIN, remedyAnswered(BUCKET));
  assert.deepEqual(
    account?.requests.map(({ run, answer }) => [run, answer.kind]),
    [
      [1, 'none'],
      [2, 'done'],
    ],
  );
});

test('findStart refuses a record of another kind of plan, and a run of another remedy', () => {
  for (const records of [
    [START, remedyIntended()],
    [REMEDY_START, intended()],
    [REMEDY_START, remedyIntended()],
    [REMEDY_START, { ...REMEDY_AGAIN, remedy: 'unlock-queue' } as const],
    [REMEDY_START, { ...REMEDY_AGAIN, reason: 'another' }],
    [START, REMEDY_AGAIN],
  ]) {
    const fault = findStart(records);
    assert.deepEqual('index' in fault && fault.index, 1, JSON.stringify(records));
  }
  assert.equal(findStart([REMEDY_START, remedyIntended(BUCKET), REMEDY_AGAIN]), REMEDY_START);
});

const texts = fc.oneof(
  fc.string(),
  fc.constantFrom('{\n  "a": 1\n}', '{}\n', ' ', '---\n', 'a\u202eb', '::set-output name=a::b', '\r\n'),
);
const account = fc.constantFrom(MEMBER, '333333333333');
const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.constant(REMEDY_AGAIN),
  fc.constant({ type: 'run-ended', at, run: START.run, exitCode: 0 } as const),
  fc.tuple(account, texts).map(([id, text]) => remedyIntended({ ...BUCKET, account: id }, text)),
  fc.tuple(account, texts).map(([id, text]) => remedyProven({ ...BUCKET, account: id, name: text }, text)),
  account.map((id) => remedyAnswered({ ...BUCKET, account: id })),
  fc.tuple(account, texts).map(([id, message]) => ({
    ...remedyFailed('unknown', { ...BUCKET, account: id }),
    message,
  })),
  fc
    .tuple(account, fc.constantFrom('done' as const, 'drifted' as const, 'failed' as const), texts)
    .map(([id, outcome, name]) => ({ ...ended(outcome, id), name }) as JournalRecord),
);

test('whatever the records, a receipt of remedies has no fault, and is read back as it was written', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 20 }), (records) => {
      const receipt = fold(...records);
      assert.equal(findRemedyReceiptFault(receipt), undefined);
      const read = parseAnyReceipt(emitAnyReceipt(receipt), 'a.receipt.yaml');
      assert.deepEqual(read, { type: 'receipt', ...receipt });
    }),
    { numRuns: 300 },
  );
});

test('whatever the records, a remedy is proven only if a look after the last intent says so', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 20 }), (records) => {
      for (const { id, after } of fold(...records).accounts) {
        const last = (type: JournalRecord['type']) =>
          records.findLastIndex((it) => it.type === type && 'account' in it && it.account === id);
        const proof = last('action-proven');
        assert.equal(after.kind === 'proven', proof >= 0 && proof > last('action-intended'));
      }
    }),
  );
});
