/** Receipts of plans that unlock: what stood there before and after, which no deletion has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameTarget } from '../../../src/core/action/action.js';
import { isActionRecord, type JournalRecord } from '../../../src/core/apply/journal.js';
import { findReceiptFault, foldReceipt } from '../../../src/core/apply/receipt.js';
import { findStart } from '../../../src/core/apply/receipt-records.js';
import { emitReceipt, parseReceipt } from '../../../src/files/plan/receipt.js';
import { MEMBER, SHA256 } from '../fixtures.js';
import {
  ended,
  intended,
  placedAnswered,
  placedFailed,
  placedIntended,
  placedProven,
} from './journal-records.js';
import { START, UNLOCK_AGAIN, UNLOCK_START } from './receipt-runs.js';

const BUCKET = { kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' } as const;
const facts = { sha256: SHA256, lines: 1, tornBytes: 0 };
const fold = (...records: readonly JournalRecord[]) =>
  foldReceipt(UNLOCK_START, [UNLOCK_START, ...records], facts);
const accountOf = (...records: readonly JournalRecord[]) => fold(...records).accounts[0];
const at = '2026-11-23T08:30:00Z';

test('foldReceipt says what stood there before, who asked, what AWS said, and what stands there after', () => {
  assert.deepEqual(
    accountOf(
      placedIntended(BUCKET, '{"old":1}'),
      placedAnswered(BUCKET),
      placedProven(BUCKET, '{"new":1}'),
      ended('done'),
    ),
    {
      id: MEMBER,
      name: 'shop',
      outcome: 'done',
      ends: [{ run: 1, at, outcome: 'done' }],
      targets: [
        {
          kind: 'bucket',
          name: 'logs',
          region: 'eu-west-1',
          requests: [
            {
              run: 1,
              intended: at,
              session: 'ASIAEXAMPLE',
              standing: '{"old":1}',
              answer: { kind: 'done', at, requestId: 'q' },
            },
          ],
          after: { kind: 'proven', run: 1, at, requestId: 'q', standing: '{"new":1}' },
        },
      ],
    },
  );
});

test('foldReceipt keeps the kind of the plan and its reason', () => {
  const { kind, reason } = fold();
  assert.deepEqual([kind, reason], ['unlock', 'locked out']);
  const sweep = foldReceipt(START, [START], facts);
  assert.deepEqual([sweep.kind, 'reason' in sweep], ['sweep', false]);
});

test('foldReceipt keeps two buckets of an account apart, by name and by region, and lists them in order', () => {
  const of = (name: string, region: string) => placedIntended({ ...BUCKET, name, region });
  const queue = placedIntended({ ...BUCKET, kind: 'unlock-queue', name: 'a' });
  const account = accountOf(queue, of('logs', 'us-east-1'), of('logs', 'eu-west-1'), of('data', 'us-east-1'));
  assert.deepEqual(account?.targets.map(nameTarget), [
    'bucket data in us-east-1',
    'bucket logs in eu-west-1',
    'bucket logs in us-east-1',
    'queue a in eu-west-1',
  ]);
});

test('foldReceipt keeps the date of a password that can be recovered', () => {
  const start = { ...START, kind: 'recovery', reason: 'locked out' } as const;
  const records = [start, placedIntended(), placedAnswered(), placedProven({}, at), ended('done')];
  assert.deepEqual(foldReceipt(start, records, facts).accounts[0]?.targets, [
    {
      kind: 'password',
      requests: [
        { run: 1, intended: at, session: 'ASIAEXAMPLE', answer: { kind: 'done', at, requestId: 'q' } },
      ],
      after: { kind: 'proven', run: 1, at, requestId: 'q', standing: at },
    },
  ]);
});

const AFTERS: readonly [what: string, after: string, records: readonly JournalRecord[]][] = [
  ['a run went to do it, and was killed', 'not-proven', [placedIntended(BUCKET)]],
  ['AWS answered, and no look followed', 'not-proven', [placedIntended(BUCKET), placedAnswered(BUCKET)]],
  [
    'a run went to do it again after it was proven',
    'not-proven',
    [placedIntended(BUCKET), placedProven(BUCKET), placedIntended(BUCKET)],
  ],
  ['AWS refused', 'not-proven', [placedIntended(BUCKET), placedFailed('none', BUCKET)]],
];
for (const [what, after, records] of AFTERS) {
  test(`foldReceipt calls an unlocking ${after} when ${what}`, () => {
    assert.equal(accountOf(...records)?.targets[0]?.after.kind, after);
  });
}

test('foldReceipt says nothing of any target when an account drifted before anything was asked', () => {
  const account = accountOf(ended('drifted'));
  assert.deepEqual([account?.outcome, account?.targets], ['drifted', []]);
});

test('foldReceipt calls an account never-ended when something was done after its last end', () => {
  assert.equal(accountOf(ended('failed'), UNLOCK_AGAIN, placedIntended(BUCKET))?.outcome, 'never-ended');
});

test('foldReceipt answers no intent of an earlier run', () => {
  const account = accountOf(placedIntended(BUCKET), UNLOCK_AGAIN, placedAnswered(BUCKET));
  assert.deepEqual(
    account?.targets[0]?.requests.map(({ run, answer }) => [run, answer.kind]),
    [
      [1, 'none'],
      [2, 'done'],
    ],
  );
});

test('findStart refuses a record of another kind of plan, and a run of another kind or reason', () => {
  for (const records of [
    [START, placedIntended()],
    [UNLOCK_START, intended()],
    [UNLOCK_START, placedIntended()],
    [UNLOCK_START, { ...UNLOCK_AGAIN, kind: 'recovery' } as const],
    [UNLOCK_START, { ...UNLOCK_AGAIN, reason: 'another' }],
    [START, UNLOCK_AGAIN],
  ]) {
    const fault = findStart(records);
    assert.deepEqual('index' in fault && fault.index, 1, JSON.stringify(records));
  }
  assert.equal(findStart([UNLOCK_START, placedIntended(BUCKET), UNLOCK_AGAIN]), UNLOCK_START);
});

const texts = fc.oneof(
  fc.string(),
  fc.constantFrom('{\n  "a": 1\n}', '{}\n', ' ', '---\n', 'a\u202eb', '::set-output name=a::b', '\r\n'),
);
const account = fc.constantFrom(MEMBER, '333333333333');
const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.constant(UNLOCK_AGAIN),
  fc.constant({ type: 'run-ended', at, run: START.run, exitCode: 0 } as const),
  fc.tuple(account, texts).map(([id, text]) => placedIntended({ ...BUCKET, account: id }, text)),
  account.map((id) => ({ type: 'wave-started', at, wave: 1, accounts: [id] }) as const),
  fc
    .tuple(account, fc.oneof(fc.constant(BUCKET.name), texts), texts)
    .map(([id, name, text]) => placedProven({ ...BUCKET, account: id, name }, text)),
  account.map((id) => placedAnswered({ ...BUCKET, account: id })),
  fc.tuple(account, texts).map(([id, message]) => ({
    ...placedFailed('unknown', { ...BUCKET, account: id }),
    message,
  })),
  fc
    .tuple(account, fc.constantFrom('done' as const, 'drifted' as const, 'failed' as const), texts)
    .map(([id, outcome, name]) => ({ ...ended(outcome, id), name }) as JournalRecord),
);

test('whatever the records, a receipt of unlockings has no fault, and is read back as it was written', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 20 }), (records) => {
      const receipt = fold(...records);
      assert.equal(findReceiptFault(receipt), undefined);
      const read = parseReceipt(emitReceipt(receipt), 'a.receipt.yaml');
      assert.deepEqual(read, { type: 'receipt', ...receipt });
    }),
    { numRuns: 300 },
  );
});

test('whatever the records, a bucket is proven only if a look after the last intent says so', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 20 }), (records) => {
      for (const { id, targets } of fold(...records).accounts) {
        for (const target of targets) {
          const last = (type: JournalRecord['type']) =>
            records.findLastIndex(
              (it) =>
                it.type === type &&
                isActionRecord(it) &&
                it.account === id &&
                nameTarget(it) === nameTarget(target),
            );
          const proof = last('action-proven');
          assert.equal(target.after.kind === 'proven', proof >= 0 && proof > last('action-intended'));
        }
      }
    }),
  );
});
