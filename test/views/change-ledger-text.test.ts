import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTIONS, type PlacedAction } from '../../src/core/action/action.js';
import type { PlanKind } from '../../src/core/action/plan-kind.js';
import { type AccountOutcome, closeLedger } from '../../src/core/apply/ledger.js';
import { isActionEntry } from '../../src/core/plan/plan.js';
import { renderAftermath } from '../../src/views/apply/aftermath-text.js';
import { renderApplyEvent, renderLedger } from '../../src/views/apply/ledger-text.js';
import { renderLines } from '../../src/views/format/lines.js';
import { renderScope } from '../../src/views/plan/scope-text.js';
import { findLive, HOSTILE } from './hostile.js';
import { BUCKET, namedPlanOf, PASSWORD } from './named-plans.js';

const DRIFT = {
  kind: 'drifted',
  planned: ['bucket logs in eu-west-1: policy', '{"a":1,"b":2}'],
  found: ['bucket logs in eu-west-1: policy', '{"a":1,"b":3}'],
} as const;
const OUTCOMES: readonly AccountOutcome[] = [
  { kind: 'done', proven: [] },
  { kind: 'done-earlier' },
  { kind: 'drifted', drift: DRIFT },
  { kind: 'unknown', message: 'AssumeRoot failed: AccessDenied: no' },
  { kind: 'failed', proven: [], message: 'denied', effect: 'none' },
  { kind: 'failed', proven: [], message: 'no answer', effect: 'unknown' },
  { kind: 'not-started' },
];
const show = (outcomes: readonly AccountOutcome[], text = 'shop', trouble?: string) =>
  renderLines(
    renderLedger(
      closeLedger(
        outcomes.map((outcome, index) => ({
          account: String(200000000000 + index),
          name: text,
          actions:
            text === 'shop'
              ? [{ kind: 'allow-password-recovery' }]
              : [{ kind: 'unlock-bucket', name: text, region: text }],
          outcome,
        })),
        false,
        trouble,
      ),
    ),
    false,
  );

test('renderLedger of recoveries shows every account with its outcome, and what drifted laid out', () => {
  assert.equal(
    show(OUTCOMES),
    `
  ✓ 200000000000 shop, password: done as planned, and proven
  ✓ 200000000001 shop, password: done by an earlier run
  ~ 200000000002 shop, password: changed since the plan, left alone
      --- planned
      +++ found
         "a": 1,
      -  "b": 2
      +  "b": 3
       }
  ? 200000000003 shop, password: could not be looked at, left alone: AssumeRoot failed: AccessDenied: no
  ✗ 200000000004 shop, password: failed: denied; nothing was changed
  ✗ 200000000005 shop, password: failed: no answer; it may have been done
  . 200000000006 shop, password: not started

Apply ended. 1 account done, 1 done earlier, 1 drifted, 1 unknown, 2 failed, 1 not started.
`,
  );
});

test('renderLedger of recoveries shows policies as they are when only their spelling differs', () => {
  const drift = { kind: 'drifted', planned: ['{"a":1}'], found: ['{ "a": 1 }'] } as const;
  assert.match(show([{ kind: 'drifted', drift }]), /\n {6}-\{"a":1\}\n {6}\+\{ "a": 1 \}\n/);
});

test('renderLedger of recoveries says what an earlier run had done, and why the run stopped', () => {
  const text = show([{ kind: 'drifted', drift: DRIFT, earlier: ['password'] }], 'shop', 'the disk is full');
  assert.match(text, /left alone \(an earlier run of this plan had done it\)\n/);
  assert.match(text, /\nTrouble: the disk is full\n$/);
});

test('renderLedger of recoveries says complete when everything was done', () => {
  assert.match(
    show([{ kind: 'done', proven: [] }, { kind: 'done-earlier' }]),
    /^Apply complete\. 1 account done/m,
  );
});

const SCOPE = {
  organization: 'o-exampleorgid',
  digest: 'a'.repeat(64),
  caller: {
    arn: 'arn:aws:iam::111111111111:role/Admin',
    account: '111111111111',
    role: 'management-account',
  },
  started: new Set(['200000000000']),
  completed: new Set(['200000000001']),
  isFirst: false,
} as const;
const entriesOf = (...of: Parameters<typeof namedPlanOf>) =>
  namedPlanOf(...of).accounts.filter(isActionEntry);
const scope = (kind: PlanKind, actions: readonly PlacedAction[], name = 'shop') =>
  renderLines(renderScope(kind, entriesOf(actions, {}, { name }), SCOPE), false);

test('renderScope repeats what is to be done where, the organization, the digest and the caller', () => {
  assert.equal(
    scope('unlock', [BUCKET, BUCKET, { ...BUCKET, replacement: '{}' }]),
    `rootsweep will delete or replace these policies in 3 accounts:
  + 200000000000 shop, bucket logs in eu-west-1: its policy is deleted (begun by an earlier run)
  + 200000000001 shop, bucket logs in eu-west-1: its policy is deleted (done by an earlier run)
  + 200000000002 shop, bucket logs in eu-west-1: its policy is replaced

  organization  o-exampleorgid
  plan digest   sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  journal       of earlier runs
  as            arn:aws:iam::111111111111:role/Admin (management account)

`,
  );
});

const AFTER = { journal: 'a.journal.jsonl', sweep: 'rootsweep plan' };
const aftermath = (action: PlacedAction, change: Parameters<typeof namedPlanOf>[2] = {}) =>
  renderLines(renderAftermath(ACTIONS[action.kind].plan, entriesOf([action], {}, change), AFTER), false);

test('renderAftermath says who sets the password how, and how it is removed again', () => {
  assert.equal(
    aftermath(PASSWORD),
    `
Next, for the owner of the account's email address:
  200000000000 account 0: a…@example.com
  (to see the address, run: aws organizations describe-account --account-id ID --query Account.Email)
  1. open https://console.aws.amazon.com/, choose to sign in as root user, and enter the email address
  2. choose "Forgot password?", and set a password with the link that AWS sends there
  3. sign in, and add an MFA device at once
Once it is no longer needed, plan to remove the password again, run: rootsweep plan
`,
  );
});

test('renderAftermath says where the old policy is kept, and nothing where nothing was done', () => {
  assert.match(aftermath(BUCKET), /are kept in "a\.journal\.jsonl"/);
  assert.deepEqual(renderAftermath('unlock', [], AFTER), []);
});

for (const [what, text] of HOSTILE) {
  test(`views of recoveries and unlocks make ${what} inert in a name, an address, a message, a target and a drift`, () => {
    const drift = { kind: 'drifted', planned: [text], found: [`${text}x`, `{"a":"${text}"}`] } as const;
    const ledger = show(
      [
        { kind: 'unknown', message: text },
        { kind: 'failed', proven: [], message: text, effect: 'none' },
        { kind: 'drifted', drift },
      ],
      text,
      text,
    );
    const events = renderLines(
      [
        ...renderApplyEvent({
          type: 'action-started',
          account: '1',
          action: { kind: 'unlock-bucket', name: text, region: text },
        }),
        ...renderApplyEvent({
          type: 'account-ended',
          account: '1',
          name: text,
          actions: [{ kind: 'allow-password-recovery' }],
          outcome: { kind: 'unknown', message: text },
        }),
      ],
      false,
    );
    const others = [
      scope('unlock', [{ ...BUCKET, name: text }], text),
      aftermath(PASSWORD, { name: text, email: { masked: text, sha256: text } }),
      events,
    ];
    for (const output of [ledger, ...others]) assert.deepEqual(findLive(output), []);
  });
}
