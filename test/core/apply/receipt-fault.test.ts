/** Receipts that no journal yields, though each part of them has its shape. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countReceipt,
  findReceiptFault,
  foldReceipt,
  type Receipt,
} from '../../../src/core/apply/receipt.js';
import type {
  ActionRequest,
  ReceiptAccount,
  ReceiptTarget,
} from '../../../src/core/apply/receipt-accounts.js';
import { MEMBER, MFA_DEVICE, PASSWORD, SHA256 } from '../fixtures.js';
import { ended, placedAnswered, placedIntended, placedProven } from './journal-records.js';
import { at, START, UNLOCK_START } from './receipt-runs.js';

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
const BUCKET = { kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' } as const;
const OTHER = '333333333333';
const UNLOCKED = foldReceipt(
  UNLOCK_START,
  [
    UNLOCK_START,
    ...[placedIntended(BUCKET, '{}'), placedAnswered(BUCKET), placedProven(BUCKET, '{}'), ended('done')],
    ...[placedIntended({ ...BUCKET, account: OTHER }), ended('failed', OTHER)],
  ],
  { sha256: SHA256, lines: 7, tornBytes: 0 },
);
type Change = (receipt: Receipt) => Receipt;
const accounts =
  (change: (account: ReceiptAccount) => Partial<ReceiptAccount>): Change =>
  (receipt) => ({ ...receipt, accounts: receipt.accounts.map((it) => ({ ...it, ...change(it) })) });
const targets = (change: (target: ReceiptTarget) => Partial<ReceiptTarget>): Change =>
  accounts((account) => ({ targets: account.targets.map((it) => ({ ...it, ...change(it) })) }));

test('findReceiptFault finds none in a receipt that a journal yields', () => {
  assert.equal(findReceiptFault(RECEIPT), undefined);
  assert.equal(findReceiptFault(UNLOCKED), undefined);
});

test('findReceiptFault finds totals that are not those of the runs and accounts', () => {
  for (const change of [
    { runs: 2 },
    { accounts: { ...RECEIPT.totals.accounts, done: 1 } },
    { targets: { ...RECEIPT.totals.targets, proven: 2 } },
  ]) {
    const totals = { ...RECEIPT.totals, ...change };
    assert.equal(
      findReceiptFault({ ...RECEIPT, totals }),
      'the totals are not those of its runs and accounts',
    );
  }
});

const NO_RUN = `account "${MEMBER}" names a run that there is not`;
const NO_OUTCOME = `account "${MEMBER}" has an outcome that does not follow from what was done in it`;
const STOOD = `account "${MEMBER}" holds password as no plan of the kind "sweep" leaves it`;
const FOREIGN = `account "${MEMBER}" holds bucket logs in eu-west-1 as no plan of the kind "unlock" leaves it`;
const requestsOf = (change: Partial<ActionRequest>) => (target: ReceiptTarget) => ({
  requests: target.requests.map((it) => ({ ...it, ...change })),
});
const FAULTS: readonly (readonly [what: string, change: Change, says: string])[] = [
  [
    'an account twice',
    (it) => ({ ...it, accounts: [...it.accounts, ...it.accounts] }),
    `account "${MEMBER}" is out of order or listed twice`,
  ],
  [
    'targets out of order',
    accounts((it) => ({ targets: it.targets.toReversed() })),
    `account "${MEMBER}" lists a target out of order or twice`,
  ],
  [
    'no attempt on what a run went to delete',
    targets(() => ({ after: { kind: 'not-attempted' } })),
    `account "${MEMBER}" holds password, whose end does not follow from its requests`,
  ],
  [
    'a missing proof of what no run went to delete',
    targets(() => ({ after: { kind: 'not-proven' } })),
    `account "${MEMBER}" holds mfa-device ${MFA_DEVICE.id}, whose end does not follow from its requests`,
  ],
  ['an end in a later run', accounts((it) => ({ ends: it.ends.map((end) => ({ ...end, run: 2 })) })), NO_RUN],
  [
    'a listing in a later run',
    targets(({ before }) => (before === undefined ? {} : { before: { ...before, run: 2 } })),
    NO_RUN,
  ],
  [
    'a request in a later run',
    targets(({ requests }) => ({ requests: requests.map((it) => ({ ...it, run: 2 })) })),
    NO_RUN,
  ],
  [
    'a look in a later run',
    targets(({ after }) => ({ after: after.kind === 'proven' ? { ...after, run: 2 } : after })),
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
    accounts(() => ({ outcome: 'not-started', targets: [] })),
    NO_OUTCOME,
  ],
  [
    'no work in an account that has targets',
    accounts(() => ({ outcome: 'not-started', ends: [] })),
    NO_OUTCOME,
  ],
  [
    'a target of another kind of plan',
    (it) => ({ ...it, kind: 'recovery', reason: 'x' }),
    `account "${MEMBER}" holds password as no plan of the kind "recovery" leaves it`,
  ],
  ['what stood there before a deletion', targets(requestsOf({ standing: '{}' })), STOOD],
  [
    'what stands there after a deletion',
    targets(({ after }) => ({ after: { ...after, standing: '{}' } as typeof after })),
    STOOD,
  ],
];
const UNLOCK_FAULTS: readonly (readonly [what: string, change: Change, says: string])[] = [
  [
    'accounts in another order',
    (it) => ({ ...it, accounts: it.accounts.toReversed() }),
    `account "${MEMBER}" is out of order or listed twice`,
  ],
  ['a request before the first run', targets(requestsOf({ run: 0 })), NO_RUN],
  [
    'a look in a later run',
    targets(({ after }) => ({ after: { ...after, run: 2 } as typeof after })),
    NO_RUN,
  ],
  ['an outcome without an end', accounts(() => ({ ends: [] })), NO_OUTCOME],
  [
    'an end that is proven not to be attempted',
    targets(() => ({ after: { kind: 'not-attempted' } })),
    `account "${MEMBER}" holds bucket logs in eu-west-1, whose end does not follow from its requests`,
  ],
  [
    'a missing proof of what was not asked for',
    targets(() => ({ requests: [], after: { kind: 'not-proven' } })),
    `account "${MEMBER}" holds bucket logs in eu-west-1, whose end does not follow from its requests`,
  ],
  [
    'a credential that was found gone',
    accounts((it) => ({ ends: it.ends.map((end) => ({ ...end, foundGone: ['password'] })) })),
    `account "${MEMBER}" has an end that says that a credential was deleted, and the plan deletes none`,
  ],
  [
    'a target of another kind of plan',
    (it) => ({ ...it, kind: 'recovery' }),
    `account "${MEMBER}" holds bucket logs in eu-west-1 as no plan of the kind "recovery" leaves it`,
  ],
  ['a listing of a bucket', targets(() => ({ before: { run: 1, listed: at(1), created: at(1) } })), FOREIGN],
  [
    'a bucket that AWS called absent',
    targets(requestsOf({ answer: { kind: 'absent', at: at(3), requestId: 'q' } })),
    FOREIGN,
  ],
];
for (const [kind, receipt, faults] of [
  ['sweep', RECEIPT, FAULTS],
  ['unlock', UNLOCKED, UNLOCK_FAULTS],
] as const) {
  for (const [what, change, says] of faults) {
    test(`findReceiptFault finds ${what}, in the receipt of a plan of the kind "${kind}"`, () => {
      const changed = change(receipt);
      const totals = countReceipt(changed.runs, changed.accounts);
      assert.equal(findReceiptFault({ ...changed, totals }), says);
    });
  }
}
