import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeleteEntry } from '../../../src/core/plan/plan.js';
import { renderLines } from '../../../src/views/format/lines.js';
import { renderScope } from '../../../src/views/plan/scope-text.js';
import { deleteEntryOf } from '../../core/fixtures.js';
import { findLive, HOSTILE } from '../hostile.js';

type Scope = Parameters<typeof renderScope>[2];
const SCOPE: Scope = {
  organization: 'o-exampleorgid',
  digest: 'a'.repeat(64),
  caller: {
    arn: 'arn:aws:iam::111111111111:role/Admin',
    account: '111111111111',
    role: 'management-account',
  },
  started: new Set(),
  completed: new Set(),
  isFirst: true,
};
const KILLED = { caller: 'arn:aws:iam::111111111111:role/Other', pid: 7, since: '2026-11-23T08:30:00Z' };
const show = (change: Partial<Scope> = {}, entries: readonly DeleteEntry[] = [deleteEntryOf()]) =>
  renderLines(renderScope('sweep', entries, { ...SCOPE, ...change }), false);

test('renderScope repeats every credential, the organization, the digest and the caller', () => {
  assert.equal(
    show(),
    `rootsweep will delete these root credentials in 1 account:
  - 222222222222 shop: password, mfa-device arn:aws:iam::222222222222:mfa/root-account-mfa-device

  organization  o-exampleorgid
  plan digest   sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  journal       none: this is the first run of the plan here
  as            arn:aws:iam::111111111111:role/Admin (management account)

`,
  );
});

test('renderScope says that there is a journal when earlier runs wrote one', () => {
  assert.match(show({ isFirst: false }), /\n {2}journal {7}of earlier runs\n/);
});

test('renderScope says which accounts earlier runs began, and which they did', () => {
  const ids = ['222222222222', '333333333333', '444444444444'];
  const text = show(
    { started: new Set(['222222222222', '333333333333']), completed: new Set(['222222222222']) },
    ids.map((id) => deleteEntryOf({ id, actions: [{ kind: 'delete-password' }] })),
  );
  assert.deepEqual(text.split('\n').slice(1, 4), [
    '  - 222222222222 shop: password (done by an earlier run)',
    '  - 333333333333 shop: password (begun by an earlier run)',
    '  - 444444444444 shop: password',
  ]);
});

test('renderScope says whose journal is taken over when a run did not end', () => {
  assert.equal(
    show({ takenFrom: KILLED }).split('\n')[0],
    'Note: the run of arn:aws:iam::111111111111:role/Other (process 7, since 2026-11-23T08:30:00Z) did not end; this one takes its journal over.',
  );
});

for (const [what, text] of HOSTILE) {
  test(`renderScope makes ${what} inert in the name of an account and in a lock`, () => {
    const takenFrom = { ...KILLED, caller: text, since: text };
    assert.deepEqual(findLive(show({ takenFrom }, [deleteEntryOf({ name: text })])), []);
  });
}
