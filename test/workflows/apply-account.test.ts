import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Credential, nameCredential } from '../../src/core/credentials.js';
import { foldJournal, type JournalRecord } from '../../src/core/journal.js';
import type { DeleteEntry } from '../../src/core/plan.js';
import { RootsweepError } from '../../src/errors.js';
import { applyAccount, type DeletionEvent } from '../../src/workflows/apply-account.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { accountOf, deleteEntryOf, MEMBER, MFA_DEVICE, PASSWORD } from '../core/fixtures.js';
import { VirtualClock } from '../core/virtual-clock.js';
import { createWorld, type WorldOptions } from './world.js';

const MFA = nameCredential(MFA_DEVICE);
const LOOKED = [
  `account ${MEMBER}`,
  'units r-exmp',
  'units ou-exmp-11111111',
  `open ${MEMBER} delete`,
  `list ${MEMBER}`,
];
const HELD = [PASSWORD, MFA_DEVICE];
const BROKEN = new RootAccessFailure('aws-error', 'broken');
const FULL_DISK = new RootsweepError('FILE_UNWRITABLE', 'no space left');

interface Situation extends WorldOptions {
  readonly entry?: DeleteEntry;
}

/** Applies the plan of one account that holds a password and an MFA device. */
async function apply({ entry = deleteEntryOf(), ...options }: Situation = {}) {
  const world = createWorld({ holds: { [MEMBER]: HELD }, ...options });
  const clock = new VirtualClock();
  const told: DeletionEvent['type'][] = [];
  const result = await applyAccount(entry, foldJournal(world.journal.earlier), {
    ...world,
    clock,
    onEvent: (event) => told.push(event.type),
  });
  const deletions = world.events.filter((event) => event.startsWith('delete '));
  return { ...result, ...world, clock, told, deletions };
}

/** A `before` that fails whatever begins so. */
const failing = (start: string, error: Error) => (event: string) => {
  if (event.startsWith(start)) throw error;
};

const about = { at: '2026-11-23T08:30:00Z', account: MEMBER };
const intended = ({ kind, id }: Credential): JournalRecord => ({
  type: 'deletion-intended',
  ...about,
  kind,
  ...(id === undefined ? {} : { id }),
  session: 'ASIA',
});
const proven = ({ kind, id }: Credential): JournalRecord => ({
  type: 'deletion-proven',
  ...about,
  kind,
  ...(id === undefined ? {} : { id }),
  requestId: 'q',
});

test('applyAccount looks, and for each credential writes the intent, deletes, writes the answer and proves', async () => {
  const { outcome, fatal, events } = await apply();
  assert.deepEqual(outcome, {
    kind: 'deleted',
    deleted: [{ kind: 'password' }, { kind: 'mfa-device', id: MFA_DEVICE.id }],
  });
  assert.equal(fatal, false);
  assert.deepEqual(events, [
    ...LOOKED,
    'journal deletion-intended password',
    'delete password',
    'journal deletion-answered password',
    'find password',
    'journal deletion-proven password',
    `list ${MEMBER}`,
    `journal deletion-intended ${MFA}`,
    `delete ${MFA}`,
    `journal deletion-answered ${MFA}`,
    `find ${MFA}`,
    `journal deletion-proven ${MFA}`,
  ]);
});

test('applyAccount writes who deleted what, when, and the request ids of AWS', async () => {
  const { records } = await apply();
  const at = '2026-11-23T09:00:00Z';
  assert.deepEqual(records.slice(0, 3), [
    { type: 'deletion-intended', at, account: MEMBER, kind: 'password', session: `ASIA${MEMBER}` },
    {
      type: 'deletion-answered',
      at,
      account: MEMBER,
      kind: 'password',
      answer: 'deleted',
      requestId: 'delete-password',
    },
    { type: 'deletion-proven', at, account: MEMBER, kind: 'password', requestId: 'find-password' },
  ]);
});

test('applyAccount tells when a deletion starts and when it is proven', async () => {
  const { told } = await apply();
  assert.deepEqual(told, ['deletion-started', 'deletion-proven', 'deletion-started', 'deletion-proven']);
});

test('applyAccount deletes nothing that the plan does not name', async () => {
  const key: Credential = { kind: 'access-key', id: 'AKIA1', created: '2019-01-01T00:00:00Z' };
  const credentials = [key, ...HELD];
  const entry = deleteEntryOf({ observed: { kind: 'audited', by: 'listing', credentials } });
  const { outcome, left } = await apply({ entry, holds: { [MEMBER]: credentials } });
  assert.equal(outcome.kind, 'deleted');
  assert.deepEqual(left(MEMBER), ['access-key AKIA1']);
});

// Drift: nothing is called after it is seen.

const MOVED = [
  ['is no longer a member', [], [`account ${MEMBER}`]],
  ['is suspended', [accountOf({ state: 'SUSPENDED' })], LOOKED.slice(0, 3)],
  ['is in another OU', [accountOf({ parents: ['r-exmp'] })], LOOKED.slice(0, 1)],
  ['has another name', [accountOf({ name: 'break-glass' })], LOOKED.slice(0, 3)],
  ['has another email', [accountOf({ email: 'x@example.com' })], LOOKED.slice(0, 3)],
  ['has no place that AWS tells', [accountOf({ parents: [] })], LOOKED.slice(0, 1)],
] as const;
for (const [what, accounts, asked] of MOVED) {
  test(`applyAccount opens no session when the account ${what}`, async () => {
    const { outcome, events } = await apply({ accounts });
    assert.equal(outcome.kind, 'drifted');
    assert.deepEqual(
      events.filter((event) => !event.startsWith('units')),
      asked.filter((it) => !it.startsWith('units')),
    );
  });
}

test('applyAccount opens no session when a tag that decided is another', async () => {
  const entry = deleteEntryOf({ tags: { stage: 'sandbox' } });
  const { outcome, events } = await apply({ entry, tags: { [MEMBER]: { stage: 'prod' } } });
  assert.equal(outcome.kind, 'drifted');
  assert.equal(events.includes(`open ${MEMBER} delete`), false);
});

test('applyAccount goes on when the tags that decided are the same', async () => {
  const tags = { stage: 'sandbox' };
  const { outcome } = await apply({ entry: deleteEntryOf({ tags }), tags: { [MEMBER]: tags } });
  assert.equal(outcome.kind, 'deleted');
});

test('applyAccount asks for no tags when none decided', async () => {
  assert.equal((await apply()).events.includes(`tags ${MEMBER}`), false);
});

const CHANGED: readonly [what: string, found: readonly Credential[]][] = [
  ['has a new access key', [...HELD, { kind: 'access-key', id: 'AKIA1', created: '2026-11-23T08:30:00Z' }]],
  ['has lost a credential', [PASSWORD]],
  ['has lost all', []],
  ['has another password', [{ ...PASSWORD, created: '2026-11-23T08:30:00Z' }, MFA_DEVICE]],
  ['was signed in to', [{ ...PASSWORD, lastUsed: { kind: 'used', at: '2026-11-23T08:30:00Z' } }, MFA_DEVICE]],
];
for (const [what, found] of CHANGED) {
  test(`applyAccount calls nothing more when the account ${what}`, async () => {
    const { outcome, events, fatal } = await apply({ holds: { [MEMBER]: found } });
    assert.equal(outcome.kind, 'drifted');
    assert.equal(fatal, false);
    assert.deepEqual(events, LOOKED);
  });
}

// Unknown is not empty, and is not deleted.

for (const event of [`account ${MEMBER}`, 'units r-exmp', `open ${MEMBER} delete`, `list ${MEMBER}`]) {
  for (const error of [BROKEN, new RootsweepError('AWS_FAILED', 'broken')]) {
    test(`applyAccount is unknown and calls nothing more when "${event}" fails with a ${error.name}`, async () => {
      const { outcome, fatal, events } = await apply({ before: failing(event, error) });
      assert.deepEqual(outcome, { kind: 'unknown', message: 'broken' });
      assert.equal(fatal, false);
      assert.equal(events.at(-1), event);
    });
  }
}

test('applyAccount is fatal when rootsweep itself is at fault', async () => {
  const { outcome, fatal } = await apply({ before: failing('list', new TypeError('defect')) });
  assert.deepEqual(outcome, { kind: 'failed', deleted: [], message: 'defect' });
  assert.equal(fatal, true);
});

// The journal.

test('applyAccount deletes nothing, and is fatal, when the intent cannot be written', async () => {
  const { outcome, fatal, deletions } = await apply({
    before: failing('journal deletion-intended', FULL_DISK),
  });
  assert.deepEqual(outcome, { kind: 'failed', deleted: [], message: 'no space left' });
  assert.deepEqual([fatal, deletions], [true, []]);
});

for (const record of ['deletion-answered', 'deletion-proven']) {
  test(`applyAccount deletes nothing more, and is fatal, when ${record} cannot be written`, async () => {
    const { outcome, fatal, deletions } = await apply({ before: failing(`journal ${record}`, FULL_DISK) });
    assert.deepEqual([outcome.kind, fatal, deletions], ['failed', true, ['delete password']]);
  });
}

test('applyAccount is fatal when neither a deletion nor the record of its failure succeeds', async () => {
  const before = (event: string) => {
    if (event === 'delete password') throw BROKEN;
    if (event.startsWith('journal deletion-failed')) throw FULL_DISK;
  };
  const { outcome, fatal } = await apply({ before });
  assert.deepEqual([outcome, fatal], [{ kind: 'failed', deleted: [], message: 'no space left' }, true]);
});

// Deletions.

test('applyAccount writes that a deletion failed, and deletes nothing more', async () => {
  const { outcome, fatal, records, deletions } = await apply({ before: failing('delete password', BROKEN) });
  assert.deepEqual([outcome, fatal], [{ kind: 'failed', deleted: [], message: 'broken' }, false]);
  assert.deepEqual(deletions, ['delete password']);
  assert.deepEqual(
    records.map(({ type }) => type),
    ['deletion-intended', 'deletion-failed'],
  );
});

test('applyAccount says what was proven gone before a later deletion failed', async () => {
  const { outcome } = await apply({ before: failing(`delete ${MFA}`, BROKEN) });
  assert.deepEqual(outcome, { kind: 'failed', deleted: [{ kind: 'password' }], message: 'broken' });
});

test('applyAccount proves a credential gone that AWS calls absent', async () => {
  let listed = false;
  const world = createWorld({ holds: { [MEMBER]: HELD } });
  const access = {
    open: async (...about: Parameters<typeof world.access.open>) => ({
      ...(await world.access.open(...about)),
      delete: async () => ({ answer: 'absent' as const, requestId: 'q' }),
      find: async () => {
        listed = true;
        return { present: false, requestId: 'q' };
      },
    }),
  };
  const dependencies = { ...world, access, clock: new VirtualClock(), onEvent: () => {} };
  const { outcome } = await applyAccount(deleteEntryOf(), foldJournal([]), dependencies);
  assert.equal(outcome.kind, 'deleted');
  assert.equal(listed, true);
  assert.deepEqual(
    world.records.map((record) => record.type === 'deletion-answered' && record.answer),
    [false, 'absent', false, false, 'absent', false],
  );
});

// Done means gone.

test('applyAccount waits until a deleted credential is no longer seen', async () => {
  const { outcome, clock } = await apply({ staleReads: 4 });
  assert.equal(outcome.kind, 'deleted');
  assert.deepEqual(clock.sleeps.slice(0, 4), [250, 500, 1000, 2000]);
});

test('applyAccount looks again every 5 s at least', async () => {
  const { clock } = await apply({ staleReads: 8 });
  assert.deepEqual(clock.sleeps.slice(0, 8), [250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

test('applyAccount fails within 60 s when a deleted credential is still seen', async () => {
  const { outcome, fatal, clock } = await apply({ deletesNothing: true });
  assert.deepEqual(outcome, {
    kind: 'failed',
    deleted: [],
    message: 'AWS accepted the deletion of password and still lists it after 60 s',
  });
  const waited = clock.sleeps.reduce((sum, sleep) => sum + sleep, 0);
  assert(waited > 50_000 && waited <= 60_000, `${waited}`);
  assert.equal(fatal, false);
});

test('applyAccount never takes the MFA when the password is not proven gone', async () => {
  const { deletions, records } = await apply({ deletesNothing: true });
  assert.deepEqual(deletions, ['delete password']);
  assert.equal(
    records.some((record) => record.type === 'deletion-proven'),
    false,
  );
});

test('applyAccount never takes the MFA when nobody can tell whether the password is gone', async () => {
  const { outcome, deletions } = await apply({ before: failing('find', BROKEN) });
  assert.deepEqual([outcome.kind, deletions], ['failed', ['delete password']]);
});

// Resuming.

test('applyAccount looks, and deletes nothing, when the journal proves everything gone and it is', async () => {
  const { outcome, events } = await apply({
    earlier: [PASSWORD, MFA_DEVICE].flatMap((it) => [intended(it), proven(it)]),
    holds: { [MEMBER]: [] },
  });
  assert.deepEqual([outcome, events], [{ kind: 'already-deleted' }, [...LOOKED]]);
});

test('applyAccount does not believe the journal when another password is there', async () => {
  const { outcome, deletions } = await apply({
    earlier: [PASSWORD, MFA_DEVICE].flatMap((it) => [intended(it), proven(it)]),
    holds: { [MEMBER]: [{ ...PASSWORD, created: '2026-11-22T00:00:00Z' }] },
  });
  assert.equal(outcome.kind, 'drifted');
  assert.deepEqual(outcome.kind === 'drifted' && outcome.earlier, ['password', MFA]);
  assert.deepEqual(deletions, []);
});

test('applyAccount goes on with the rest when the journal proves a part gone', async () => {
  const { outcome, deletions } = await apply({
    earlier: [intended(PASSWORD), proven(PASSWORD)],
    holds: { [MEMBER]: [MFA_DEVICE] },
  });
  assert.equal(outcome.kind, 'deleted');
  assert.deepEqual(deletions, [`delete ${MFA}`]);
});

test('applyAccount proves a credential gone that an earlier run only went to delete', async () => {
  const { outcome, deletions, records } = await apply({
    earlier: [intended(PASSWORD)],
    holds: { [MEMBER]: [MFA_DEVICE] },
  });
  assert.equal(outcome.kind, 'deleted');
  assert.deepEqual(deletions, [`delete ${MFA}`]);
  assert.deepEqual(records[0]?.type, 'deletion-proven');
});

test('applyAccount deletes again when an earlier run went to delete and the credential is there', async () => {
  const { outcome, deletions } = await apply({ earlier: [intended(PASSWORD)] });
  assert.equal(outcome.kind, 'deleted');
  assert.deepEqual(deletions, ['delete password', `delete ${MFA}`]);
});

test('applyAccount drifts when a credential is missing that no earlier run went to delete', async () => {
  const { outcome } = await apply({ earlier: [intended(MFA_DEVICE)], holds: { [MEMBER]: [MFA_DEVICE] } });
  assert.equal(outcome.kind, 'drifted');
});

test('applyAccount drifts when another account of the journal is the one whose password was to go', async () => {
  const earlier = [{ ...intended(PASSWORD), account: '333333333333' } as JournalRecord];
  const { outcome } = await apply({ earlier, holds: { [MEMBER]: [MFA_DEVICE] } });
  assert.equal(outcome.kind, 'drifted');
});

test('applyAccount drifts when the password came back after it was proven gone', async () => {
  const again = { ...PASSWORD, created: '2026-11-23T08:45:00Z' };
  const { outcome, deletions } = await apply({
    earlier: [intended(PASSWORD), proven(PASSWORD)],
    holds: { [MEMBER]: [again, MFA_DEVICE] },
  });
  assert.deepEqual([outcome.kind, deletions], ['drifted', []]);
});
