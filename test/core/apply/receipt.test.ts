import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '../../../src/core/action/credentials.js';
import type { JournalRecord } from '../../../src/core/apply/journal.js';
import { foldReceipt } from '../../../src/core/apply/receipt.js';
import { foldAccounts, type ReceiptTarget } from '../../../src/core/apply/receipt-accounts.js';
import { findStart } from '../../../src/core/apply/receipt-records.js';
import { MEMBER, MFA_DEVICE, PASSWORD, SHA256 } from '../fixtures.js';
import { AGAIN, at, START } from './receipt-runs.js';

const about = { account: MEMBER, kind: 'delete-password' } as const;
const listed = (minute: number, ...credentials: readonly Credential[]): JournalRecord => ({
  type: 'account-listed',
  at: at(minute),
  account: MEMBER,
  name: 'shop',
  credentials,
});
const intended = (minute: number): JournalRecord => ({
  type: 'action-intended',
  at: at(minute),
  ...about,
  session: `ASIA${minute}`,
});
const answered = (minute: number, answer: 'done' | 'absent' = 'done'): JournalRecord => ({
  type: 'action-answered',
  at: at(minute),
  ...about,
  answer,
  requestId: `d${minute}`,
});
const failed = (minute: number, effect: 'none' | 'unknown', requestId?: string): JournalRecord => ({
  type: 'action-failed',
  at: at(minute),
  ...about,
  effect,
  message: 'no',
  ...(requestId === undefined ? {} : { requestId }),
});
const proven = (minute: number): JournalRecord => ({
  type: 'action-proven',
  at: at(minute),
  ...about,
  requestId: `p${minute}`,
});
const ended = (minute: number, outcome: 'done' | 'failed'): JournalRecord => ({
  type: 'account-ended',
  at: at(minute),
  account: MEMBER,
  name: 'shop',
  outcome,
});
/** What becomes of the password, and AWS's answers on the way. */
function passwordOf(...records: readonly JournalRecord[]): ReceiptTarget {
  const [account] = foldAccounts([START, ...records]);
  const found = account?.targets.find(({ kind }) => kind === 'password');
  assert(found);
  return found;
}
const become = (...records: readonly JournalRecord[]) => {
  const { after, requests } = passwordOf(...records);
  return [after.kind, ...requests.map(({ answer }) => answer.kind)];
};

const TABLE: readonly (readonly [when: string, records: readonly JournalRecord[], is: readonly string[]])[] =
  [
    ['nothing was intended', [listed(1, PASSWORD)], ['not-attempted']],
    ['a run was killed after the intent', [listed(1, PASSWORD), intended(2)], ['not-proven', 'none']],
    ['AWS said deleted', [listed(1, PASSWORD), intended(2), answered(3)], ['not-proven', 'done']],
    ['it was looked for', [listed(1, PASSWORD), intended(2), answered(3), proven(4)], ['proven', 'done']],
    ['AWS said absent', [intended(2), answered(3, 'absent'), proven(4)], ['proven', 'absent']],
    ['AWS refused', [intended(2), failed(3, 'none')], ['not-proven', 'refused']],
    ['no answer came', [intended(2), failed(3, 'unknown')], ['not-proven', 'unclear']],
    ['no answer came, then a proof', [intended(2), failed(3, 'unknown'), proven(4)], ['proven', 'unclear']],
    [
      'a second attempt followed',
      [intended(2), failed(3, 'unknown'), intended(4), answered(5), proven(6)],
      ['proven', 'unclear', 'done'],
    ],
    ['somebody else deleted it', [listed(1, PASSWORD), proven(4)], ['proven']],
    [
      'another run proved what a killed one intended',
      [intended(2), AGAIN, listed(31), proven(32)],
      ['proven', 'none'],
    ],
    [
      'it was intended again after the proof',
      [intended(2), proven(3), intended(4)],
      ['not-proven', 'none', 'none'],
    ],
    [
      'it was listed again after the proof',
      [intended(2), proven(3), listed(4, PASSWORD)],
      ['not-proven', 'none'],
    ],
    [
      'a listing does not hold it',
      [intended(2), answered(3), AGAIN, listed(31, MFA_DEVICE)],
      ['not-proven', 'done'],
    ],
    ['an answer has no intent', [answered(3)], ['not-proven', 'done']],
    [
      'an answer is of another run than the intent',
      [intended(2), AGAIN, answered(31)],
      ['not-proven', 'none', 'done'],
    ],
    ['only the end of the account says so', [listed(1, PASSWORD), ended(9, 'done')], ['not-attempted']],
  ];
for (const [when, records, is] of TABLE) {
  test(`foldAccounts says ${is.join(', ')} when ${when}`, () => assert.deepEqual(become(...records), is));
}

test('foldAccounts holds the credential as the last listing before the deletion did', () => {
  const { before } = passwordOf(
    listed(1, { ...PASSWORD, lastUsed: { kind: 'never' } }),
    AGAIN,
    listed(31, { ...PASSWORD, lastUsed: { kind: 'used', at: at(20) } }),
    intended(32),
  );
  const lastUsed = { kind: 'used', at: at(20) };
  assert.deepEqual(before, { run: 2, listed: at(31), created: PASSWORD.created, lastUsed });
});

test('foldAccounts says that an account never ended when a run went on with it after its end', () => {
  const outcomeOf = (...records: readonly JournalRecord[]) => foldAccounts(records)[0]?.outcome;
  assert.equal(outcomeOf(START, ended(9, 'failed')), 'failed');
  assert.equal(outcomeOf(START, ended(9, 'failed'), AGAIN, intended(31)), 'never-ended');
  assert.equal(outcomeOf(START, listed(1)), 'never-ended');
});

test('foldAccounts says that an account was not started when a wave named it and nothing more is on record', () => {
  const named: JournalRecord = { type: 'wave-started', at: at(1), wave: 1, accounts: [MEMBER] };
  const outcomeOf = (...records: readonly JournalRecord[]) => foldAccounts([START, ...records])[0]?.outcome;
  assert.equal(outcomeOf(named), 'not-started');
  assert.equal(outcomeOf(named, AGAIN, named), 'not-started');
  assert.equal(outcomeOf(named, ended(9, 'failed'), AGAIN, named), 'failed');
});

test("foldAccounts keeps AWS's id of a request that failed, where there is one", () => {
  const { requests } = passwordOf(intended(2), failed(3, 'none', 'q'), intended(4), failed(5, 'unknown'));
  assert.deepEqual(
    requests.map(({ answer }) => answer),
    [
      { kind: 'refused', at: at(3), requestId: 'q', message: 'no' },
      { kind: 'unclear', at: at(5), message: 'no' },
    ],
  );
});

test('foldAccounts takes the name of an account from its end too', () => {
  assert.equal(foldAccounts([START, ended(9, 'failed')])[0]?.name, 'shop');
  const named: JournalRecord = { type: 'wave-started', at: at(1), wave: 1, accounts: [MEMBER] };
  assert.equal(foldAccounts([START, named])[0]?.name, undefined);
});

test('foldAccounts tells planned against found, and what somebody else had deleted', () => {
  const about = { type: 'account-ended', account: MEMBER, name: 'shop' } as const;
  const drift = { planned: ['name: shop'], found: ['name: shoq'] };
  const [account] = foldAccounts([
    START,
    { ...about, at: at(9), outcome: 'drifted', drift },
    AGAIN,
    { ...about, at: at(39), outcome: 'failed', message: 'no', foundGone: ['password'] },
  ]);
  assert.deepEqual(account?.ends, [
    { run: 1, at: at(9), outcome: 'drifted', drift },
    { run: 2, at: at(39), outcome: 'failed', message: 'no', foundGone: ['password'] },
  ]);
});

test('foldReceipt ends a run by its own end only', () => {
  const facts = { sha256: SHA256, lines: 1, tornBytes: 0 };
  const end: JournalRecord = { type: 'run-ended', at: at(9), run: START.run, exitCode: 6, trouble: 'x' };
  const endsOf = (...records: readonly JournalRecord[]) =>
    foldReceipt(START, [START, ...records], facts).runs.map((run) => run.end);
  assert.deepEqual(endsOf(end), [{ kind: 'ended', at: at(9), exitCode: 6, trouble: 'x' }]);
  assert.deepEqual(endsOf(AGAIN, end), [{ kind: 'never-ended' }, { kind: 'never-ended' }]);
});

test('findStart wants the start of a run first', () => {
  const said = { index: 0, sentence: 'the journal does not begin with the start of a run' };
  assert.deepEqual(findStart([]), said);
  assert.deepEqual(findStart([ended(1, 'done'), START]), said);
  assert.equal(findStart([START, AGAIN]), START);
});
