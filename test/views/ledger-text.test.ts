import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountOutcome, closeLedger, type LedgerLine } from '../../src/core/ledger.js';
import { renderApplyEvent, renderDrift, renderLedger, renderScope } from '../../src/views/ledger-text.js';
import { renderLines } from '../../src/views/lines.js';
import { deleteEntryOf, MEMBER, MFA_DEVICE } from '../core/fixtures.js';
import { findLive, HOSTILE } from './hostile.js';

const DELETED = [{ kind: 'password' }, { kind: 'mfa-device', id: MFA_DEVICE.id ?? '' }] as const;
const DRIFT = {
  kind: 'drifted',
  planned: ['access-key AKIA1, Active', 'password, created 2019-02-04T00:00:00Z', 'mfa-device GAKT1'],
  found: ['access-key AKIA1, Active', 'password, created 2026-11-23T08:30:00Z', 'mfa-device GAKT1'],
} as const;
const OUTCOMES: readonly AccountOutcome[] = [
  { kind: 'deleted', deleted: DELETED },
  { kind: 'already-deleted' },
  { kind: 'drifted', drift: DRIFT },
  { kind: 'unknown', message: 'AssumeRoot failed: AccessDenied: no' },
  { kind: 'failed', deleted: [{ kind: 'password' }], message: 'DeactivateMFADevice failed' },
  { kind: 'failed', deleted: [], message: 'DeleteLoginProfile failed' },
  { kind: 'not-started' },
];
const linesOf = (outcomes: readonly AccountOutcome[]) =>
  outcomes.map(
    (outcome, index): LedgerLine => ({ account: String(200000000000 + index), name: 'shop', outcome }),
  );
const show = (outcomes: readonly AccountOutcome[], interrupted = false) =>
  renderLines(renderLedger(closeLedger(linesOf(outcomes), interrupted)), false);
const drift = (planned: readonly string[], found: readonly string[]) =>
  renderLines(renderDrift({ kind: 'drifted', planned, found }), false);

test('renderLedger shows every account with its outcome, and what drifted', () => {
  assert.equal(
    show(OUTCOMES),
    `
  ✓ 200000000000 shop: deleted as planned, and proven gone
  ✓ 200000000001 shop: deleted by an earlier run
  ~ 200000000002 shop: changed since the plan, left alone
      --- planned
      +++ found
       access-key AKIA1, Active
      -password, created 2019-02-04T00:00:00Z
      +password, created 2026-11-23T08:30:00Z
       mfa-device GAKT1
  ? 200000000003 shop: could not be looked at, left alone: AssumeRoot failed: AccessDenied: no
  ✗ 200000000004 shop: failed: DeactivateMFADevice failed; gone before that: password
  ✗ 200000000005 shop: failed: DeleteLoginProfile failed; nothing was proven gone
  . 200000000006 shop: not started

Apply ended. 3 credentials deleted and proven gone; 1 account done, 1 done earlier, 1 drifted, 1 unknown, 2 failed, 1 not started.
`,
  );
});

test('renderLedger says complete when everything was deleted', () => {
  assert.match(
    show([{ kind: 'deleted', deleted: DELETED }]),
    /^Apply complete\. 2 credentials deleted and proven gone; /m,
  );
});

test('renderLedger says ended when an account drifted', () => {
  assert.match(show([{ kind: 'drifted', drift: DRIFT }]), /^Apply ended\. 0 credentials deleted/m);
});

test('renderLedger says interrupted when somebody stopped it', () => {
  assert.match(show([{ kind: 'not-started' }], true), /^Apply interrupted\. /m);
});

test('renderDrift shows a credential that is new', () => {
  assert.equal(
    drift(['password'], ['access-key AKIA1', 'password']),
    `      --- planned
      +++ found
      +access-key AKIA1
       password
`,
  );
});

test('renderDrift shows that everything is gone', () => {
  assert.equal(
    drift(['password'], []),
    `      --- planned
      +++ found
      -password
`,
  );
});

test('renderDrift keeps a fact on one line when it breaks lines', () => {
  assert.deepEqual(findLive(drift(['name: a'], ['name: b\n+ name: a'])), []);
  assert.equal(
    drift(['name: a'], ['name: b\n+ name: a']).split('\n').length,
    drift(['name: a'], ['name: b']).split('\n').length,
  );
});

test('renderApplyEvent says what is being deleted, and what is gone', () => {
  const say = (type: 'deletion-started' | 'deletion-proven') => {
    const line = renderApplyEvent({ type, account: MEMBER, credential: { kind: 'password' } });
    return renderLines(line === undefined ? [] : [line], false);
  };
  assert.equal(say('deletion-started'), `${MEMBER}: deleting password…\n`);
  assert.equal(say('deletion-proven'), `${MEMBER}: password is gone\n`);
});

test('renderApplyEvent says nothing when an account starts', () => {
  assert.equal(renderApplyEvent({ type: 'account-started', account: MEMBER, name: 'shop' }), undefined);
});

const SCOPE = {
  organization: 'o-exampleorgid',
  digest: 'a'.repeat(64),
  caller: {
    arn: 'arn:aws:iam::111111111111:role/Admin',
    account: '111111111111',
    role: 'management-account',
  },
} as const;

test('renderScope repeats every credential, the organization, the digest and the caller', () => {
  assert.equal(
    renderLines(renderScope([deleteEntryOf()], SCOPE), false),
    `rootsweep will delete these root credentials in 1 account:
  - 222222222222 shop: password, mfa-device arn:aws:iam::222222222222:mfa/root-account-mfa-device

  organization  o-exampleorgid
  plan digest   sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  as            arn:aws:iam::111111111111:role/Admin (management account)

`,
  );
});

for (const [what, text] of HOSTILE) {
  test(`renderLedger makes ${what} inert in a name, a message and a drift`, () => {
    const outcomes: readonly AccountOutcome[] = [
      { kind: 'unknown', message: text },
      { kind: 'failed', deleted: [{ kind: 'mfa-device', id: text }], message: text },
      { kind: 'drifted', drift: { kind: 'drifted', planned: [text], found: [`${text}x`] } },
    ];
    const lines = linesOf(outcomes).map((line) => ({ ...line, name: text }));
    assert.deepEqual(findLive(renderLines(renderLedger(closeLedger(lines, false)), false)), []);
  });

  test(`renderScope makes ${what} inert in the name of an account`, () => {
    assert.deepEqual(findLive(renderLines(renderScope([deleteEntryOf({ name: text })], SCOPE), false)), []);
  });
}
