import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeLedger } from '../../src/core/apply/ledger.js';
import { renderApplyEvent } from '../../src/views/apply/ledger-text.js';
import { renderLines } from '../../src/views/format/lines.js';
import type { ApplyEvent } from '../../src/workflows/apply.js';
import { MEMBER } from '../core/fixtures.js';
import { findLive, HOSTILE } from './hostile.js';

const tell = (event: ApplyEvent) => renderLines(renderApplyEvent(event), false);
const { counts, actionsProven } = closeLedger(
  [
    {
      account: '1',
      name: 'a',
      actions: [],
      outcome: { kind: 'done', proven: [{ kind: 'delete-password' }] },
    },
    { account: '2', name: 'b', actions: [], outcome: { kind: 'not-started' } },
  ],
  false,
);
const sums = { counts, actionsProven };

test('renderApplyEvent says what is being deleted, and what is gone', () => {
  const say = (type: 'action-started' | 'action-proven') =>
    tell({ type, account: MEMBER, action: { kind: 'delete-password' } });
  assert.equal(say('action-started'), `${MEMBER}: deleting password…\n`);
  assert.equal(say('action-proven'), `${MEMBER}: password is gone\n`);
});

test('renderApplyEvent says nothing when an account starts', () => {
  assert.deepEqual(renderApplyEvent({ type: 'account-started', account: MEMBER, name: 'shop' }), []);
});

test('renderApplyEvent says which wave starts, and how many accounts it takes', () => {
  const wave = { type: 'wave-started', wave: 2, of: 3, goesOn: false } as const;
  assert.equal(tell({ ...wave, accounts: 9 }), 'Wave 2 of 3: 9 accounts\n');
  assert.equal(tell({ ...wave, accounts: 1 }), 'Wave 2 of 3: 1 account\n');
  const goesOn = tell({ ...wave, accounts: 1, goesOn: true });
  assert.equal(goesOn, 'Wave 2 of 3 goes on with 1 other account\n');
});

test('renderApplyEvent says nothing of waves when there is only one', () => {
  assert.equal(tell({ type: 'wave-started', wave: 1, of: 1, accounts: 9, goesOn: false }), '');
});

test('renderApplyEvent gives the ledger so far when a wave has ended', () => {
  assert.equal(
    tell({ type: 'wave-ended', wave: 1, of: 3, ...sums }),
    'Wave 1 of 3 has ended. 1 credential deleted and proven gone; 1 account done, 0 done earlier, 0 drifted, 0 unknown, 0 failed, 1 not started.\n',
  );
});

test('renderApplyEvent says how an account ended', () => {
  const outcome = { kind: 'unknown', message: 'no' } as const;
  assert.equal(
    tell({ type: 'account-ended', account: MEMBER, name: 'shop', actions: [], outcome }),
    `? ${MEMBER} shop: could not be looked at, left alone: no\n`,
  );
});

for (const [what, text] of HOSTILE) {
  test(`renderApplyEvent makes ${what} inert in a name and a message`, () => {
    const outcome = { kind: 'unknown', message: text } as const;
    assert.deepEqual(
      findLive(tell({ type: 'account-ended', account: MEMBER, name: text, actions: [], outcome })),
      [],
    );
  });
}
