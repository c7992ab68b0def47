/** What holds of a receipt whatever stands in the journal, in whatever order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nameTarget } from '../../../src/core/action/action.js';
import type { Credential } from '../../../src/core/action/credentials.js';
import { isActionRecord, type JournalRecord } from '../../../src/core/apply/journal.js';
import { findReceiptFault, foldReceipt } from '../../../src/core/apply/receipt.js';
import { foldAccounts } from '../../../src/core/apply/receipt-accounts.js';
import { MEMBER, PASSWORD, SHA256 } from '../fixtures.js';
import { AGAIN, at, START } from './receipt-runs.js';

const account = fc.constantFrom(MEMBER, '333333333333');
const name = fc.constantFrom(
  { kind: 'delete-password' } as const,
  { kind: 'delete-access-key', id: 'AKIA1' } as const,
);
const stamp = fc.nat(59).map(at);
const text = fc.string({ maxLength: 3 });
const credentials = fc.subarray<Credential>([PASSWORD, { kind: 'access-key', id: 'AKIA1', created: at(0) }]);
const deletion = (...fields: readonly object[]) =>
  fc.tuple(account, name, stamp, text, fc.constantFrom(...fields)).map(
    ([of, credential, when, requestId, field]) =>
      ({
        at: when,
        account: of,
        ...credential,
        session: 's',
        message: 'm',
        requestId,
        ...field,
      }) as unknown as JournalRecord,
  );
const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
  fc.constantFrom<JournalRecord>(START, AGAIN, { type: 'run-ended', at: at(1), run: START.run, exitCode: 0 }),
  deletion(
    { type: 'action-intended' },
    { type: 'action-answered', answer: 'done' },
    { type: 'action-answered', answer: 'absent' },
    { type: 'action-failed', effect: 'none' },
    { type: 'action-failed', effect: 'unknown' },
    { type: 'action-proven' },
  ),
  fc.record({
    type: fc.constant('account-listed' as const),
    at: stamp,
    account,
    name: text,
    credentials,
  }),
  fc.record({
    type: fc.constant('account-ended' as const),
    at: stamp,
    account,
    name: text,
    outcome: fc.constantFrom('done' as const, 'failed' as const, 'drifted' as const),
  }),
  fc.record({
    type: fc.constant('wave-started' as const),
    at: stamp,
    wave: fc.nat(3),
    accounts: fc.subarray([MEMBER, '333333333333']),
  }),
);

/** The places of the records about one credential that a condition takes, the last of them. */
function lastOf(records: readonly JournalRecord[], takes: (record: JournalRecord) => boolean): number {
  return records.findLastIndex(takes);
}

test('whatever the records, a credential is gone only if a look after the last intent and listing says so', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 30 }), (records) => {
      for (const { id, targets } of foldAccounts(records)) {
        for (const target of targets) {
          const isIt = (record: JournalRecord) =>
            isActionRecord(record) && record.account === id && nameTarget(record) === nameTarget(target);
          const proof = lastOf(records, (it) => it.type === 'action-proven' && isIt(it));
          const intent = lastOf(records, (it) => it.type === 'action-intended' && isIt(it));
          const answer = lastOf(records, (it) => /answered|failed/.test(it.type) && isIt(it));
          const seen = lastOf(
            records,
            (it) =>
              it.type === 'account-listed' &&
              it.account === id &&
              it.credentials.some((one) => nameTarget(one) === nameTarget(target)),
          );
          const isGone = proof > Math.max(intent, seen);
          const expected = isGone ? 'proven' : Math.max(intent, answer) >= 0 ? 'not-proven' : 'not-attempted';
          assert.equal(target.after.kind, expected);
          const look = records[proof];
          if (target.after.kind === 'proven' && look?.type === 'action-proven') {
            assert.deepEqual([target.after.at, target.after.requestId], [look.at, look.requestId]);
          }
        }
      }
    }),
    { numRuns: 2000 },
  );
});

test('whatever the records, the receipt of a journal has no fault', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 30 }), (records) => {
      const facts = { sha256: SHA256, lines: records.length + 1, tornBytes: 0 };
      assert.equal(findReceiptFault(foldReceipt(START, [START, ...records], facts)), undefined);
    }),
  );
});
