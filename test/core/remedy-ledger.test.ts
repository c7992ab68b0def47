import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isComplete, isFailure } from '../../src/core/ledger.js';
import { closeRemedyLedger, REMEDY_OUTCOME_KINDS, type RemedyOutcome } from '../../src/core/remedy-ledger.js';

const DRIFT = { kind: 'drifted', planned: ['no password'], found: ['password, created t'] } as const;
const OUTCOMES: Readonly<Record<RemedyOutcome['kind'], RemedyOutcome>> = {
  remedied: { kind: 'remedied' },
  'already-remedied': { kind: 'already-remedied' },
  drifted: { kind: 'drifted', drift: DRIFT },
  unknown: { kind: 'unknown', message: 'm' },
  failed: { kind: 'failed', message: 'm', effect: 'none' },
  'not-started': { kind: 'not-started' },
};
const close = (outcomes: readonly RemedyOutcome[], stopped = false, trouble?: string) =>
  closeRemedyLedger(
    outcomes.map((outcome) => ({ account: 'a', name: 'n', target: 'password', outcome })),
    stopped,
    trouble,
  );

const CODES: readonly [kinds: readonly RemedyOutcome['kind'][], exitCode: number][] = [
  [[], 0],
  [['remedied', 'already-remedied'], 0],
  [['remedied', 'drifted'], 5],
  [['drifted', 'failed'], 6],
  [['remedied', 'unknown'], 6],
  [['remedied', 'not-started'], 6],
];
for (const [kinds, exitCode] of CODES) {
  test(`closeRemedyLedger exits with ${exitCode} when the outcomes are [${kinds}]`, () => {
    const ledger = close(kinds.map((kind) => OUTCOMES[kind]));
    assert.equal(ledger.exitCode, exitCode);
    for (const kind of REMEDY_OUTCOME_KINDS) {
      assert.equal(ledger.counts[kind], kinds.filter((it) => it === kind).length);
    }
  });
}

test('closeRemedyLedger exits with 130 only when somebody stopped the run before its end', () => {
  assert.equal(close([OUTCOMES.remedied, OUTCOMES['not-started']], true).exitCode, 130);
  assert.equal(close([OUTCOMES.remedied], true).exitCode, 0);
});

test('closeRemedyLedger exits with 6, and says why, when there was trouble', () => {
  const { exitCode, trouble } = close([OUTCOMES.remedied], false, 'no space left');
  assert.deepEqual([exitCode, trouble], [6, 'no space left']);
});

test('closeRemedyLedger exits with 6 when what an earlier run had proven changed again', () => {
  assert.equal(close([{ ...OUTCOMES.drifted, earlier: ['password'] } as RemedyOutcome]).exitCode, 6);
});

for (const kind of REMEDY_OUTCOME_KINDS) {
  test(`isComplete and isFailure say what ${kind} means for a run`, () => {
    assert.equal(isComplete(kind), kind === 'remedied' || kind === 'already-remedied');
    assert.equal(isFailure(kind), kind === 'failed' || kind === 'unknown');
  });
}
