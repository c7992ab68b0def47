import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasEnded } from '../../../src/core/base/time.js';
import { checkClock, checkSigners, checkSigningTimes, checkWait } from '../../../src/core/plan/guard.js';
import {
  countMissing,
  findSignedSince,
  isEnough,
  PLAN_ROLES,
  type PlanRole,
  type RoleCounts,
  type Signer,
} from '../../../src/core/signing/trust.js';
import { assertRefused } from '../fixtures.js';

const NONE: RoleCounts = { planner: 0, approver: 0, witness: 0 };
const PLANNER: readonly PlanRole[] = ['planner'];
const APPROVER: readonly PlanRole[] = ['approver'];
const WITNESS: readonly PlanRole[] = ['witness'];
const BOTH: readonly PlanRole[] = ['planner', 'approver'];

/** A signer for each role in which each key signed. */
function signersOf(signed: readonly (readonly PlanRole[])[]): Signer[] {
  return signed.flatMap((roles, index) =>
    roles.map((role) => ({ name: `key-${index}`, keyid: String(index), role })),
  );
}

const MISSING: readonly [
  threshold: Partial<RoleCounts>,
  signed: readonly (readonly PlanRole[])[],
  missing: Partial<RoleCounts>,
][] = [
  [{ planner: 1 }, [], { planner: 1 }],
  [{ planner: 1 }, [PLANNER], {}],
  [{ planner: 1 }, [[]], { planner: 1 }],
  [{ planner: 1, approver: 1 }, [], { planner: 1, approver: 1 }],
  [{ planner: 1, approver: 1 }, [PLANNER], { approver: 1 }],
  [{ planner: 1, approver: 1 }, [PLANNER, PLANNER], { approver: 1 }],
  [{ planner: 1, approver: 1 }, [BOTH], { approver: 1 }],
  [{ planner: 1, approver: 1 }, [BOTH, BOTH], {}],
  [{ planner: 1, approver: 1 }, [BOTH, PLANNER], {}],
  [{ planner: 1, approver: 1 }, [BOTH, APPROVER], {}],
  [{ planner: 1, approver: 1 }, [PLANNER, WITNESS], { approver: 1 }],
  [{ planner: 1, witness: 1 }, [PLANNER, APPROVER], { witness: 1 }],
  [{ planner: 1, approver: 2 }, [PLANNER, APPROVER, BOTH], {}],
  [{ planner: 1, approver: 2 }, [BOTH, APPROVER], { approver: 1 }],
  [{ planner: 1, approver: 1, witness: 1 }, [BOTH, [...BOTH, 'witness'], WITNESS], {}],
  [{ planner: 1, approver: 1, witness: 1 }, [PLANNER, ['approver', 'witness']], { witness: 1 }],
  // The first key in line must give way twice.
  [{ planner: 1, approver: 1, witness: 1 }, [BOTH, ['approver', 'witness'], PLANNER], {}],
];
for (const [threshold, signed, missing] of MISSING) {
  const by = signed.map((roles) => roles.join('+') || 'nobody').join(', ') || 'nobody';
  test(`countMissing of ${JSON.stringify(threshold)} signed by ${by}`, () => {
    assert.deepEqual(countMissing({ ...NONE, ...threshold }, signersOf(signed)), { ...NONE, ...missing });
  });
}

const total = (counts: RoleCounts) => PLAN_ROLES.reduce((sum, role) => sum + counts[role], 0);

/** The most signatures of a threshold that keys can give, each in one role or in none: all ways are tried. */
function mostGiven(left: RoleCounts, [roles, ...rest]: readonly (readonly PlanRole[])[]): number {
  if (roles === undefined) return 0;
  const ways = roles
    .filter((role) => left[role] > 0)
    .map((role) => 1 + mostGiven({ ...left, [role]: left[role] - 1 }, rest));
  return Math.max(mostGiven(left, rest), ...ways);
}

const COUNTS = fc.record({
  planner: fc.nat({ max: 2 }),
  approver: fc.nat({ max: 3 }),
  witness: fc.nat({ max: 2 }),
});
const SIGNED = fc.array(fc.subarray([...PLAN_ROLES]), { maxLength: 6 });

test('countMissing counts what the best of all assignments of keys to roles leaves, whatever the order', () => {
  fc.assert(
    fc.property(COUNTS, SIGNED, fc.infiniteStream(fc.nat()), (threshold, signed, order) => {
      const missing = countMissing(threshold, signersOf(signed));
      assert.equal(total(missing), total(threshold) - mostGiven(threshold, signed));
      // What is not missing can be had by itself.
      const had = {
        planner: threshold.planner - missing.planner,
        approver: threshold.approver - missing.approver,
        witness: threshold.witness - missing.witness,
      };
      assert.equal(mostGiven(had, signed), total(had));
      const shuffled = signersOf(signed)
        .map((signer) => [order.next().value ?? 0, signer] as const)
        .sort(([one], [other]) => one - other)
        .map(([, signer]) => signer);
      assert.deepEqual(countMissing(threshold, shuffled), missing);
    }),
    { numRuns: 1000 },
  );
});

test('isEnough holds when nothing is missing in any role', () => {
  assert.equal(isEnough(NONE), true);
  for (const role of PLAN_ROLES) assert.equal(isEnough({ ...NONE, [role]: 1 }), false);
});

// Times.

const CREATED = '2026-11-23T08:00:00Z';
const signerAt = (role: PlanRole, keyid: string, at?: string): Signer => ({
  name: keyid,
  keyid,
  role,
  ...(at === undefined ? {} : { at: `2026-11-23T${at}:00Z` }),
});
const ANN = signerAt('planner', 'ann');

const SINCE: readonly [
  what: string,
  threshold: Partial<RoleCounts>,
  signers: readonly Signer[],
  since: string | undefined,
][] = [
  ['that no approver is needed for', {}, [ANN], CREATED],
  ['that an approver signed who is not needed', {}, [ANN, signerAt('approver', 'bob', '10:00')], CREATED],
  ['that misses its approver', { approver: 1 }, [ANN], undefined],
  ['that misses its planner', {}, [signerAt('approver', 'bob', '10:00')], undefined],
  [
    'that one approver signed',
    { approver: 1 },
    [ANN, signerAt('approver', 'bob', '10:00')],
    '2026-11-23T10:00:00Z',
  ],
  [
    'that two approvers signed, and one is needed: the first',
    { approver: 1 },
    [ANN, signerAt('approver', 'cy', '12:00'), signerAt('approver', 'bob', '10:00')],
    '2026-11-23T10:00:00Z',
  ],
  [
    'that two approvers signed, and both are needed: the last',
    { approver: 2 },
    [signerAt('approver', 'cy', '12:00'), signerAt('approver', 'bob', '10:00'), ANN],
    '2026-11-23T12:00:00Z',
  ],
  [
    'that a witness signed after its approver',
    { approver: 1, witness: 1 },
    [ANN, signerAt('approver', 'bob', '10:00'), signerAt('witness', 'wim', '11:00')],
    '2026-11-23T11:00:00Z',
  ],
  [
    'that its planner approved before somebody else did',
    { approver: 1 },
    [ANN, signerAt('approver', 'ann', '09:00'), signerAt('approver', 'bob', '10:00')],
    '2026-11-23T10:00:00Z',
  ],
];
for (const [what, threshold, signers, since] of SINCE) {
  test(`findSignedSince of a plan ${what}`, () => {
    assert.equal(
      findSignedSince({ ...NONE, planner: 1, ...threshold }, signers, CREATED),
      since === undefined ? undefined : Date.parse(since),
    );
  });
}

test('findSignedSince is the earliest time whose signatures are enough, whatever the order', () => {
  const signer = fc.record({
    keyid: fc.constantFrom('a', 'b', 'c', 'd'),
    hour: fc.integer({ min: 9, max: 19 }),
  });
  const approvers = fc.uniqueArray(signer, { maxLength: 4, selector: ({ keyid }) => keyid });
  fc.assert(
    fc.property(approvers, fc.nat({ max: 3 }), (signed, approver) => {
      const signers = [
        ...signed.map(({ keyid, hour }) =>
          signerAt('approver', keyid, `${hour}`.padStart(2, '0').concat(':00')),
        ),
        ANN,
      ];
      const times = signed.map(({ hour }) => hour).sort((one, other) => one - other);
      const hour = approver === 0 ? 8 : times[approver - 1];
      const expected = hour === undefined ? undefined : Date.UTC(2026, 10, 23, hour);
      assert.equal(findSignedSince({ planner: 1, approver, witness: 0 }, signers, CREATED), expected);
    }),
  );
});

const NOW = new Date('2026-11-23T12:00:00Z');
const SIGNING_TIMES: readonly [at: string, says: string | undefined][] = [
  ['2026-11-23T07:54:59Z', 'before the plan was made'],
  ['2026-11-23T07:55:00Z', undefined],
  [CREATED, undefined],
  ['2026-11-23T12:00:00Z', undefined],
  ['2026-11-23T12:05:00Z', undefined],
  ['2026-11-23T12:05:01Z', 'in the future'],
];
for (const role of ['approver', 'witness'] as const) {
  for (const [at, says] of SIGNING_TIMES) {
    test(`checkSigningTimes ${says === undefined ? 'accepts' : 'refuses'} a signature as ${role} at ${at}`, () => {
      const check = () =>
        checkSigningTimes({ created: CREATED }, [ANN, { name: 'bob', keyid: 'b', role, at }], NOW);
      if (says === undefined) return check();
      assert.equal(
        assertRefused('PLAN_SIGNATURE_TIME', check),
        `"bob" signed as ${role} at ${at}, which is ${says}`,
      );
    });
  }
}

test('checkSigningTimes refuses a signature at a time that is none', () => {
  const at = '2026-99-99T99:99:99Z';
  assertRefused('PLAN_SIGNATURE_TIME', () =>
    checkSigningTimes({ created: CREATED }, [{ name: 'bob', keyid: 'b', role: 'approver', at }], NOW),
  );
});

test('checkWait runs from the time that it is given, and lets the plan through at its end', () => {
  const since = Date.parse('2026-11-23T10:00:00Z');
  checkWait({ notBefore: '24h' }, since, new Date('2026-11-24T10:00:00Z'));
  checkWait({}, Number.NaN, NOW);
  const message = assertRefused('PLAN_TOO_EARLY', () =>
    checkWait({ notBefore: '24h' }, since, new Date('2026-11-24T09:59:59.999Z')),
  );
  assert.equal(message, 'the plan may not be applied before 2026-11-24T10:00:00Z');
});

test('hasEnded holds from the end of the last day, UTC', () => {
  const key = { until: '2026-11-23' };
  assert.equal(hasEnded(key, new Date('2026-11-23T23:59:59.999Z')), false);
  assert.equal(hasEnded(key, new Date('2026-11-24T00:00:00Z')), true);
  assert.equal(hasEnded({}, new Date('9999-01-01T00:00:00Z')), false);
});

const ADA: Signer = { name: 'ada', keyid: 'a', role: 'planner' };
const BEN: Signer = { name: 'ben', keyid: 'b', role: 'approver', until: '2026-11-23' };

test('checkSigners refuses when a key whose signature is needed has ended since', () => {
  const [before, after] = [new Date('2026-11-23T23:59:59Z'), new Date('2026-11-24T00:00:00Z')];
  checkSigners({ ...NONE, planner: 1 }, [ADA, BEN], after);
  checkSigners({ ...NONE, planner: 1, approver: 1 }, [ADA, BEN], before);
  const message = assertRefused('PLAN_SIGNATURES_TOO_FEW', () =>
    checkSigners({ ...NONE, planner: 1, approver: 1 }, [ADA, BEN], after),
  );
  assert.equal(message, 'the key of "ben", whose signature is needed, ended on 2026-11-23');
});

test("checkSigners refuses as `verify` does when it is the planner's key that has ended since", () => {
  const cy: Signer = { ...ADA, name: 'cy', keyid: 'c', until: '2026-11-23' };
  const message = assertRefused('PLAN_SIGNATURE_UNTRUSTED', () =>
    checkSigners({ ...NONE, planner: 1 }, [BEN, cy], new Date('2026-11-24T00:00:00Z')),
  );
  assert.equal(message, 'the key of "cy", whose signature is needed, ended on 2026-11-23');
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
