import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountOutcome, closeLedger, type LedgerLine } from '../../../src/core/apply/ledger.js';
import { renderLedger } from '../../../src/views/apply/ledger-text.js';
import { renderLines } from '../../../src/views/format/lines.js';
import { renderDrift } from '../../../src/views/plan/drift-text.js';
import { MFA_DEVICE } from '../../core/fixtures.js';
import { findLive, HOSTILE } from '../hostile.js';

const DELETED = [
  { kind: 'delete-password' },
  { kind: 'delete-mfa-device', id: MFA_DEVICE.id ?? '' },
] as const;
const DRIFT = {
  kind: 'drifted',
  planned: ['access-key AKIA1, Active', 'password, created 2019-02-04T00:00:00Z', 'mfa-device GAKT1'],
  found: ['access-key AKIA1, Active', 'password, created 2026-11-23T08:30:00Z', 'mfa-device GAKT1'],
} as const;
const OUTCOMES: readonly AccountOutcome[] = [
  { kind: 'done', proven: DELETED },
  { kind: 'done-earlier' },
  { kind: 'drifted', drift: DRIFT },
  { kind: 'unknown', message: 'AssumeRoot failed: AccessDenied: no' },
  {
    kind: 'failed',
    proven: [{ kind: 'delete-password' }],
    message: 'DeactivateMFADevice failed',
    effect: 'unknown',
  },
  { kind: 'failed', proven: [], message: 'DeleteLoginProfile failed', effect: 'none' },
  { kind: 'not-started' },
];
const linesOf = (outcomes: readonly AccountOutcome[]) =>
  outcomes.map(
    (outcome, index): LedgerLine => ({
      account: String(200000000000 + index),
      name: 'shop',
      actions: [],
      outcome,
    }),
  );
const show = (outcomes: readonly AccountOutcome[], interrupted = false) =>
  renderLines(renderLedger(closeLedger(linesOf(outcomes), interrupted)), false);
const drift = (planned: readonly string[], found: readonly string[]) =>
  renderLines(renderDrift({ planned, found }), false);

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
    show([{ kind: 'done', proven: DELETED }]),
    /^Apply complete\. 2 credentials deleted and proven gone; /m,
  );
});

test('renderLedger says ended when an account drifted', () => {
  assert.match(show([{ kind: 'drifted', drift: DRIFT }]), /^Apply ended\. 0 credentials deleted/m);
});

test('renderLedger says interrupted when somebody stopped it', () => {
  assert.match(show([{ kind: 'not-started' }], true), /^Apply interrupted\. /m);
});

test('renderDrift shows both lists one after the other when they have next to nothing in common', () => {
  const list = (name: string) => Array.from({ length: 3000 }, (_, index) => `${name} ${index}`);
  const shown = drift(list('planned'), list('found')).trimEnd().split('\n');
  assert.equal(shown.length, 6000);
  assert.deepEqual([shown[0], shown[3000]], ['      -planned 0', '      +found 0']);
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

for (const [what, text] of HOSTILE) {
  test(`renderLedger makes ${what} inert in a name, a message and a drift`, () => {
    const outcomes: readonly AccountOutcome[] = [
      { kind: 'unknown', message: text },
      { kind: 'failed', proven: [{ kind: 'delete-mfa-device', id: text }], message: text, effect: 'unknown' },
      { kind: 'drifted', drift: { kind: 'drifted', planned: [text], found: [`${text}x`] } },
    ];
    const lines = linesOf(outcomes).map((line) => ({ ...line, name: text }));
    assert.deepEqual(findLive(renderLines(renderLedger(closeLedger(lines, false)), false)), []);
  });
}

const KEY = { kind: 'delete-access-key', id: 'AKIA1' } as const;
const say = (outcome: AccountOutcome) => show([outcome]).split('\n')[1];

const SAID: readonly [what: string, outcome: AccountOutcome, words: string][] = [
  [
    'somebody else deleted a part',
    { kind: 'done', proven: [{ kind: 'delete-password' }], foundGone: [KEY] },
    '✓ 200000000000 shop: deleted as planned, and proven gone (somebody else deleted access-key AKIA1)',
  ],
  [
    'an earlier run deleted a part',
    { kind: 'done', proven: [{ kind: 'delete-password' }], earlier: ['access-key AKIA1'] },
    '✓ 200000000000 shop: deleted as planned, and proven gone (an earlier run of this plan deleted access-key AKIA1)',
  ],
  [
    'an account failed after others had deleted parts of it',
    {
      kind: 'failed',
      message: 'no',
      proven: DELETED.slice(0, 1),
      foundGone: [KEY],
      earlier: ['x'],
      effect: 'unknown',
    },
    '✗ 200000000000 shop: failed: no; gone before that: password (somebody else deleted access-key AKIA1) (an earlier run of this plan deleted x)',
  ],
  [
    'an account is unknown after an earlier run',
    { kind: 'unknown', message: 'no', earlier: ['password'] },
    '? 200000000000 shop: could not be looked at, left alone (an earlier run of this plan deleted password): no',
  ],
  [
    'an account drifted after an earlier run',
    { kind: 'drifted', drift: DRIFT, earlier: ['password'] },
    '~ 200000000000 shop: changed since the plan, left alone (an earlier run of this plan deleted password)',
  ],
];
for (const [what, outcome, words] of SAID) {
  test(`renderLedger says so when ${what}`, () => {
    assert.equal(say(outcome)?.trim(), words);
  });
}

test('renderLedger does not say that nothing is gone when somebody else deleted it and the account failed', () => {
  const line = say({ kind: 'failed', message: 'no', proven: [], foundGone: [KEY], effect: 'none' });
  assert.doesNotMatch(line ?? '', /nothing was proven gone/);
});

test('renderLedger ends with why the run stopped when there was trouble', () => {
  const ledger = closeLedger(linesOf([{ kind: 'not-started' }]), false, 'no space left');
  assert.match(renderLines(renderLedger(ledger), false), /not started\.\nTrouble: no space left\n$/);
});

test('renderLedger does not say interrupted when somebody stopped it too late to matter', () => {
  assert.match(show([{ kind: 'done', proven: DELETED }], true), /^Apply complete\. /m);
});
