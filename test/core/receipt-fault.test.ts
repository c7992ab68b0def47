/** Receipts that no journal yields, though each part of them has its shape. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countReceipt, findReceiptFault, foldReceipt, type Receipt } from '../../src/core/receipt.js';
import type { ReceiptAccount, ReceiptCredential } from '../../src/core/receipt-accounts.js';
import { MEMBER, MFA_DEVICE, PASSWORD, SHA256 } from './fixtures.js';
import { at, START } from './receipt-runs.js';

const about = { account: MEMBER, kind: 'delete-password' } as const;
const RECEIPT = foldReceipt(
  START,
  [
    START,
    {
      type: 'account-listed',
      at: at(1),
      account: MEMBER,
      name: 'shop',
      credentials: [PASSWORD, MFA_DEVICE],
    },
    { type: 'action-intended', at: at(2), ...about, session: 's' },
    { type: 'action-proven', at: at(3), ...about, requestId: 'p' },
    { type: 'account-ended', at: at(4), account: MEMBER, name: 'shop', outcome: 'failed', message: 'no' },
  ],
  { sha256: SHA256, lines: 5, tornBytes: 0 },
);
type Change = (receipt: Receipt) => Receipt;
const accounts =
  (change: (account: ReceiptAccount) => Partial<ReceiptAccount>): Change =>
  (receipt) => ({ ...receipt, accounts: receipt.accounts.map((it) => ({ ...it, ...change(it) })) });
const credentials = (change: (credential: ReceiptCredential) => Partial<ReceiptCredential>): Change =>
  accounts((account) => ({ credentials: account.credentials.map((it) => ({ ...it, ...change(it) })) }));

test('findReceiptFault finds none in a receipt that a journal yields', () => {
  assert.equal(findReceiptFault(RECEIPT), undefined);
});

test('findReceiptFault finds totals that are not those of the runs and accounts', () => {
  const totals = { ...RECEIPT.totals, runs: 2 };
  assert.equal(findReceiptFault({ ...RECEIPT, totals }), 'the totals are not those of its runs and accounts');
});

const NO_RUN = `account "${MEMBER}" names a run that there is not`;
const NO_OUTCOME = `account "${MEMBER}" has an outcome that does not follow from what was done in it`;
const FAULTS: readonly (readonly [what: string, change: Change, says: string])[] = [
  [
    'an account twice',
    (it) => ({ ...it, accounts: [...it.accounts, ...it.accounts] }),
    `account "${MEMBER}" is out of order or listed twice`,
  ],
  [
    'credentials out of order',
    accounts((it) => ({ credentials: it.credentials.toReversed() })),
    `account "${MEMBER}" lists a credential out of order or twice`,
  ],
  [
    'no attempt on what a run went to delete',
    credentials(() => ({ after: { kind: 'not-attempted' } })),
    `account "${MEMBER}" holds password, whose end does not follow from its deletions`,
  ],
  [
    'a missing proof of what no run went to delete',
    credentials(() => ({ after: { kind: 'not-proven' } })),
    `account "${MEMBER}" holds mfa-device ${MFA_DEVICE.id}, whose end does not follow from its deletions`,
  ],
  ['an end in a later run', accounts((it) => ({ ends: it.ends.map((end) => ({ ...end, run: 2 })) })), NO_RUN],
  [
    'a listing in a later run',
    credentials(({ before }) => (before === undefined ? {} : { before: { ...before, run: 2 } })),
    NO_RUN,
  ],
  [
    'a deletion in a later run',
    credentials(({ deletions }) => ({ deletions: deletions.map((it) => ({ ...it, run: 2 })) })),
    NO_RUN,
  ],
  [
    'a look in a later run',
    credentials(({ after }) => ({ after: after.kind === 'gone' ? { ...after, run: 2 } : after })),
    NO_RUN,
  ],
  [
    'a run before the first',
    accounts((it) => ({ ends: it.ends.map((end) => ({ ...end, run: 0 })) })),
    NO_RUN,
  ],
  ['an outcome other than that of the last end', accounts(() => ({ outcome: 'done' })), NO_OUTCOME],
  ['an outcome without an end', accounts(() => ({ ends: [] })), NO_OUTCOME],
  [
    'no work in an account that has an end',
    accounts(() => ({ outcome: 'not-started', credentials: [] })),
    NO_OUTCOME,
  ],
  [
    'no work in an account that has credentials',
    accounts(() => ({ outcome: 'not-started', ends: [] })),
    NO_OUTCOME,
  ],
];
for (const [what, change, says] of FAULTS) {
  test(`findReceiptFault finds ${what}`, () => {
    const changed = change(RECEIPT);
    const totals = countReceipt(changed.runs, changed.accounts);
    assert.equal(findReceiptFault({ ...changed, totals }), says);
  });
}
