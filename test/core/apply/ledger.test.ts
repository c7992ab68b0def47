import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AccountOutcome,
  closeLedger,
  isComplete,
  isFailure,
  type LedgerLine,
} from '../../../src/core/apply/ledger.js';

const OUTCOMES: Readonly<Record<AccountOutcome['kind'], AccountOutcome>> = {
  done: { kind: 'done', proven: [{ kind: 'delete-password' }, { kind: 'delete-mfa-device', id: 'x' }] },
  'done-earlier': { kind: 'done-earlier' },
  drifted: { kind: 'drifted', drift: { kind: 'drifted', planned: ['a'], found: [] } },
  unknown: { kind: 'unknown', message: 'denied' },
  failed: { kind: 'failed', proven: [{ kind: 'delete-password' }], message: 'denied', effect: 'unknown' },
  'not-started': { kind: 'not-started' },
};
const KINDS = Object.keys(OUTCOMES) as AccountOutcome['kind'][];

const closeWith = (outcomes: readonly AccountOutcome[], stopped = false, trouble?: string) =>
  closeLedger(
    outcomes.map((outcome): LedgerLine => ({ account: '1', name: 'a', actions: [], outcome })),
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
  [['done'], 0],
  [['done-earlier'], 0],
  [['done', 'done-earlier'], 0],
  [['drifted'], 5],
  [['done', 'drifted', 'done-earlier'], 5],
  [['unknown'], 6],
  [['failed'], 6],
  [['not-started'], 6],
  [['done', 'unknown'], 6],
  [['drifted', 'failed'], 6],
  [['drifted', 'unknown', 'done'], 6],
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

for (const kind of ['done', 'drifted', 'done-earlier'] as const) {
  test(`closeLedger exits with 6, and says why, when there was trouble and an account is ${kind}`, () => {
    const { exitCode, trouble } = close([kind], false, 'no space left');
    assert.deepEqual([exitCode, trouble], [6, 'no space left']);
  });
}

test('closeLedger exits with 6 when an account drifted after an earlier run had deleted a part', () => {
  const halfDone = { ...OUTCOMES.drifted, earlier: ['password'] } as AccountOutcome;
  assert.equal(closeWith([halfDone, OUTCOMES.done]).exitCode, 6);
});

test('closeLedger says nothing of trouble when there was none', () => {
  assert.equal('trouble' in close(['done']), false);
});

test('closeLedger exits with 0 only when every account was emptied', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...KINDS)), (kinds) => {
      const emptied = kinds.every((kind) => kind === 'done' || kind === 'done-earlier');
      assert.equal(close(kinds).exitCode === 0, emptied);
    }),
  );
});

test('closeLedger counts each outcome, with zeros', () => {
  assert.deepEqual(close(['done', 'done', 'drifted']).counts, {
    done: 2,
    'done-earlier': 0,
    drifted: 1,
    unknown: 0,
    failed: 0,
    'not-started': 0,
  });
});

test('closeLedger counts what this run deleted, also in accounts that failed afterwards', () => {
  assert.equal(close(['done', 'failed', 'done-earlier', 'drifted']).actionsProven, 3);
});

test('closeLedger does not count what somebody else deleted, or an earlier run', () => {
  const foundGone = [{ kind: 'delete-password' }] as const;
  const outcomes: readonly AccountOutcome[] = [
    { kind: 'done', proven: [], foundGone, earlier: ['mfa-device x'] },
    { kind: 'failed', proven: [], foundGone, message: 'denied', effect: 'none' },
  ];
  assert.equal(closeWith(outcomes).actionsProven, 0);
});

for (const kind of KINDS) {
  test(`isComplete and isFailure say what ${kind} means for a rollout`, () => {
    assert.equal(isComplete(kind), kind === 'done' || kind === 'done-earlier');
    assert.equal(isFailure(kind), kind === 'failed' || kind === 'unknown');
  });
}
