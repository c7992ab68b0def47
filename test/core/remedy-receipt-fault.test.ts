import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countRemedies,
  findRemedyReceiptFault,
  foldRemedyReceipt,
  type RemedyReceipt,
  type RemedyReceiptAccount,
} from '../../src/core/remedy-receipt.js';
import { SHA256 } from './fixtures.js';
import { ended, remedyAnswered, remedyIntended, remedyProven } from './journal-records.js';
import { START } from './receipt-runs.js';

const OTHER = '333333333333';
const RECEIPT = (() => {
  const start = { ...START, remedy: 'allow-password-recovery', reason: 'locked out' } as const;
  const records = [
    start,
    ...[remedyIntended(), remedyAnswered(), remedyProven({}, 't'), ended('done')],
    ...[remedyIntended({ account: OTHER }), ended('failed', OTHER)],
  ];
  return foldRemedyReceipt(start, records, { sha256: SHA256, lines: records.length, tornBytes: 0 });
})();

/** With the totals of what it then holds. */
function change(index: 0 | 1, changed: Partial<RemedyReceiptAccount>): RemedyReceipt {
  const accounts = RECEIPT.accounts.map((account, at) =>
    at === index ? { ...account, ...changed } : account,
  );
  return { ...RECEIPT, accounts, totals: countRemedies(RECEIPT.runs, accounts) };
}

test('findRemedyReceiptFault finds none in what a journal yields', () => {
  assert.equal(findRemedyReceiptFault(RECEIPT), undefined);
  assert.equal(findRemedyReceiptFault(change(0, {})), undefined);
});

const [first, second] = RECEIPT.accounts as [RemedyReceiptAccount, RemedyReceiptAccount];
const proven = { kind: 'proven', run: 2, at: 't', requestId: 'q' } as const;
const FAULTS: readonly [what: string, receipt: RemedyReceipt, fault: string][] = [
  [
    'totals that are not its own',
    {
      ...RECEIPT,
      totals: { ...RECEIPT.totals, remedies: { proven: 2, 'not-proven': 0, 'not-attempted': 0 } },
    },
    'the totals are not those of its runs and accounts',
  ],
  [
    'accounts in another order',
    change(0, { id: '444444444444' }),
    `account "${OTHER}" is out of order or listed twice`,
  ],
  ['an account twice', change(0, { id: OTHER }), `account "${OTHER}" is out of order or listed twice`],
  [
    'an end of a run that there is not',
    change(1, { ends: second.ends.map((end) => ({ ...end, run: 2 })) }),
    `account "${OTHER}" names a run that there is not`,
  ],
  [
    'a request of a run that there is not',
    change(1, { requests: second.requests.map((request) => ({ ...request, run: 0 })) }),
    `account "${OTHER}" names a run that there is not`,
  ],
  [
    'a look of a run that there is not',
    change(1, { after: proven }),
    `account "${OTHER}" names a run that there is not`,
  ],
  [
    'an outcome that no end has',
    change(1, { outcome: 'done' }),
    `account "${OTHER}" has an outcome that does not follow from what was done in it`,
  ],
  [
    'an outcome without an end',
    change(0, { ends: [] }),
    `account "${first.id}" has an outcome that does not follow from what was done in it`,
  ],
  [
    'nothing attempted in spite of a request',
    change(1, { after: { kind: 'not-attempted' } }),
    `account "${OTHER}" has an end that does not follow from what was asked`,
  ],
  [
    'nothing proven of what was not asked for',
    change(1, { requests: [] }),
    `account "${OTHER}" has an end that does not follow from what was asked`,
  ],
];
for (const [what, receipt, fault] of FAULTS) {
  test(`findRemedyReceiptFault finds ${what}`, () => {
    assert.equal(findRemedyReceiptFault(receipt), fault);
  });
}
