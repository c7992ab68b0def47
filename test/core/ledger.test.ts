import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AccountOutcome, closeLedger, type LedgerLine } from '../../src/core/ledger.js';

const OUTCOMES: Readonly<Record<AccountOutcome['kind'], AccountOutcome>> = {
  deleted: { kind: 'deleted', deleted: [{ kind: 'password' }, { kind: 'mfa-device', id: 'x' }] },
  'already-deleted': { kind: 'already-deleted' },
  drifted: { kind: 'drifted', drift: { kind: 'drifted', planned: ['a'], found: [] } },
  unknown: { kind: 'unknown', message: 'denied' },
  failed: { kind: 'failed', deleted: [{ kind: 'password' }], message: 'denied' },
  'not-started': { kind: 'not-started' },
};
const KINDS = Object.keys(OUTCOMES) as AccountOutcome['kind'][];

function close(kinds: readonly AccountOutcome['kind'][], interrupted = false) {
  const lines = kinds.map((kind): LedgerLine => ({ account: '1', name: 'a', outcome: OUTCOMES[kind] }));
  return closeLedger(lines, interrupted);
}

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
  test(`closeLedger exits with 130 when it was interrupted and an account is ${kind}`, () => {
    assert.equal(close([kind], true).exitCode, 130);
  });
}

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
