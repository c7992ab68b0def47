import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkClock, checkSigners } from '../../src/core/guard.js';
import { findShortfall, hasEnded, type Role, recountSigners, type Signer } from '../../src/core/trust.js';
import { assertRefused } from './fixtures.js';

const [PLANNER, APPROVER, BOTH] = [
  new Set<Role>(['planner']),
  new Set<Role>(['approver']),
  new Set<Role>(['planner', 'approver']),
];
const NONE = { any: 0, planner: 0, approver: 0 };

const SHORTFALLS: readonly [
  threshold: Parameters<typeof findShortfall>[0],
  signed: readonly ReadonlySet<Role>[],
  missing: Partial<typeof NONE>,
][] = [
  [1, [], { any: 1 }],
  [1, [PLANNER], {}],
  [2, [BOTH], { any: 1 }],
  [2, [PLANNER, APPROVER], {}],
  [1, [new Set<Role>()], { any: 1 }],
  [{ planner: 1, approver: 1 }, [], { planner: 1, approver: 1 }],
  [{ planner: 1, approver: 1 }, [PLANNER], { approver: 1 }],
  [{ planner: 1, approver: 1 }, [PLANNER, PLANNER], { approver: 1 }],
  [{ planner: 1, approver: 1 }, [BOTH], { approver: 1 }],
  [{ planner: 1, approver: 1 }, [BOTH, BOTH], {}],
  [{ planner: 1, approver: 1 }, [BOTH, PLANNER], {}],
  [{ planner: 1, approver: 1 }, [BOTH, APPROVER], {}],
  [{ planner: 1, approver: 2 }, [PLANNER, APPROVER, BOTH], {}],
  [{ planner: 1, approver: 2 }, [BOTH, APPROVER], { approver: 1 }],
  [{ planner: 2, approver: 2 }, [BOTH, BOTH, BOTH], { approver: 1 }],
  [{ planner: 0, approver: 2 }, [PLANNER, APPROVER], { approver: 1 }],
];
for (const [threshold, signed, missing] of SHORTFALLS) {
  const by = signed.map((roles) => [...roles].join('+') || 'nobody').join(', ') || 'nobody';
  test(`findShortfall of ${JSON.stringify(threshold)} signed by ${by}`, () => {
    assert.deepEqual(findShortfall(threshold, signed), { ...NONE, ...missing });
  });
}

test('hasEnded holds from the end of the last day, UTC', () => {
  const key = { until: '2026-11-23' };
  assert.equal(hasEnded(key, new Date('2026-11-23T23:59:59.999Z')), false);
  assert.equal(hasEnded(key, new Date('2026-11-24T00:00:00Z')), true);
  assert.equal(hasEnded({}, new Date('9999-01-01T00:00:00Z')), false);
});

const ADA: Signer = { name: 'ada', keyid: 'a', role: 'planner' };
const BEN: Signer = { name: 'ben', keyid: 'b', role: 'approver', until: '2026-11-23' };

test('recountSigners leaves out whose key has ended', () => {
  const threshold = { planner: 1, approver: 1 };
  assert.deepEqual(recountSigners(threshold, [ADA, BEN], new Date('2026-11-23T12:00:00Z')), NONE);
  assert.deepEqual(recountSigners(threshold, [ADA, BEN], new Date('2026-11-24T00:00:00Z')), {
    ...NONE,
    approver: 1,
  });
});

test('checkSigners refuses when a key whose signature is needed has ended since', () => {
  checkSigners(1, [ADA, BEN], new Date('2026-11-24T00:00:00Z'));
  const message = assertRefused('PLAN_SIGNATURES_TOO_FEW', () =>
    checkSigners(2, [ADA, BEN], new Date('2026-11-24T00:00:00Z')),
  );
  assert.equal(message, 'the key of "ben", whose signature is needed, ended on 2026-11-23');
});

test('checkClock bears five minutes either way, and says how far a clock is off', () => {
  checkClock(300_000);
  checkClock(-300_000);
  const messages = [300_001, -3_600_000].map((offset) =>
    assertRefused('CLOCK_WRONG', () => checkClock(offset)),
  );
  assert.deepEqual(messages, [
    "the clock of this machine is 5 minutes behind AWS's",
    "the clock of this machine is 60 minutes ahead of AWS's",
  ]);
});
