import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AccountOutcome,
  closeLedger,
  isComplete,
  isFailure,
  type LedgerLine,
} from '../../src/core/ledger.js';

const OUTCOMES: Readonly<Record<AccountOutcome['kind'], AccountOutcome>> = {
  deleted: { kind: 'deleted', deleted: [{ kind: 'password' }, { kind: 'mfa-device', id: 'x' }] },
  'already-deleted': { kind: 'already-deleted' },
  drifted: { kind: 'drifted', drift: { kind: 'drifted', planned: ['a'], found: [] } },
  unknown: { kind: 'unknown', message: 'denied' },
  failed: { kind: 'failed', deleted: [{ kind: 'password' }], message: 'denied' },
  'not-started': { kind: 'not-started' },
};
const KINDS = Object.keys(OUTCOMES) as AccountOutcome['kind'][];

const closeWith = (outcomes: readonly AccountOutcome[], stopped = false, trouble?: string) =>
  closeLedger(
    outcomes.map((outcome): LedgerLine => ({ account: '1', name: 'a', outcome })),
    stopped,
    trouble,
  );
const close = (kinds: readonly AccountOutcome['kind'][], stopped = false, trouble?: string) =>
  closeWith(
    kinds.map((kind) => OUTCOMES[kind]),
    stopped,
    trouble,
  );

const CODES: readonly [kinds: readonly AccountOutcome['kind'][], exitCode: number][] = [
  [[], 0],
  [['deleted'], 0],
  [['already-deleted'], 0],
  [['deleted', 'already-deleted'], 0],
  [['drifted'], 5],
  [['deleted', 'drifted', 'already-deleted'], 5],
  [['unknown'], 6],
  [['failed'], 6],
  [['not-started'], 6],
  [['deleted', 'unknown'], 6],
  [['drifted', 'failed'], 6],
  [['drifted', 'unknown', 'deleted'], 6],
];
for (const [kinds, exitCode] of CODES) {
  test(`closeLedger exits with ${exitCode} when the outcomes are [${kinds}]`, () => {
    assert.equal(close(kinds).exitCode, exitCode);
  });
}

for (const kind of KINDS) {
  test(`closeLedger exits with 130 when somebody stopped the run, and one account is ${kind} and one not started`, () => {
    assert.equal(close([kind, 'not-started'], true).exitCode, 130);
  });
}

for (const [kinds, exitCode] of CODES.filter(([kinds]) => !kinds.includes('not-started'))) {
  test(`closeLedger exits with ${exitCode} when somebody stopped the run too late: [${kinds}]`, () => {
    assert.equal(close(kinds, true).exitCode, exitCode);
  });
}

for (const kind of ['deleted', 'drifted', 'already-deleted'] as const) {
  test(`closeLedger exits with 6, and says why, when there was trouble and an account is ${kind}`, () => {
    const { exitCode, trouble } = close([kind], false, 'no space left');
    assert.deepEqual([exitCode, trouble], [6, 'no space left']);
  });
}

test('closeLedger exits with 6 when an account drifted after an earlier run had deleted a part', () => {
  const halfDone = { ...OUTCOMES.drifted, earlier: ['password'] } as AccountOutcome;
  assert.equal(closeWith([halfDone, OUTCOMES.deleted]).exitCode, 6);
});

test('closeLedger says nothing of trouble when there was none', () => {
  assert.equal('trouble' in close(['deleted']), false);
});

test('closeLedger exits with 0 only when every account was emptied', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...KINDS)), (kinds) => {
      const emptied = kinds.every((kind) => kind === 'deleted' || kind === 'already-deleted');
      assert.equal(close(kinds).exitCode === 0, emptied);
    }),
  );
});

test('closeLedger counts each outcome, with zeros', () => {
  assert.deepEqual(close(['deleted', 'deleted', 'drifted']).counts, {
    deleted: 2,
    'already-deleted': 0,
    drifted: 1,
    unknown: 0,
    failed: 0,
    'not-started': 0,
  });
});

test('closeLedger counts what this run deleted, also in accounts that failed afterwards', () => {
  assert.equal(close(['deleted', 'failed', 'already-deleted', 'drifted']).credentialsDeleted, 3);
});

test('closeLedger does not count what somebody else deleted, or an earlier run', () => {
  const foundGone = [{ kind: 'password' }] as const;
  const outcomes: readonly AccountOutcome[] = [
    { kind: 'deleted', deleted: [], foundGone, earlier: ['mfa-device x'] },
    { kind: 'failed', deleted: [], foundGone, message: 'denied' },
  ];
  assert.equal(closeWith(outcomes).credentialsDeleted, 0);
});

for (const kind of KINDS) {
  test(`isComplete and isFailure say what ${kind} means for a rollout`, () => {
    assert.equal(isComplete(kind), kind === 'deleted' || kind === 'already-deleted');
    assert.equal(isFailure(kind), kind === 'failed' || kind === 'unknown');
  });
}
