/** What goes wrong between rootsweep and AWS, and what others do to accounts in the meantime. */
import fc from 'fast-check';
import type { Fault, FaultRule } from '../../src/emulator/faults/rule.js';
import type { AccountChange } from '../../src/emulator/state/change-account.js';
import { accountId, MOST_ACCOUNTS } from './accounts.js';
import { maybe } from './maybe.js';

export const change: fc.Arbitrary<AccountChange> = fc.constantFrom<AccountChange>(
  { add: { password: { created: '2026-11-22T10:00:00Z' } } },
  { add: { mfaDevices: ['GAHT12345678'] } },
  { add: { accessKeys: 1 } },
  { remove: { password: true } },
  { remove: { password: true } },
  { remove: { password: true } },
  { state: 'SUSPENDED' },
  { state: 'CLOSED' },
  { ou: '/Quarantine' },
  { name: 'renamed' },
  { tags: { stage: 'other' } },
  { leave: true },
  { state: 'PENDING_CLOSURE', ou: '/Quarantine' },
);

const DELETIONS = [
  'DeleteLoginProfile',
  'DeactivateMFADevice',
  'DeleteAccessKey',
  'DeleteSigningCertificate',
] as const;
const READS = [
  'GetUser',
  'GetLoginProfile',
  'ListAccessKeys',
  'GetAccessKeyLastUsed',
  'ListMFADevices',
  'ListSigningCertificates',
] as const;
const ORGANIZATION_READS = [
  'DescribeAccount',
  'ListOrganizationalUnitsForParent',
  'ListTagsForResource',
] as const;

/** Milliseconds for which AWS goes on showing what is deleted, at most. */
export const LONGEST_HIDDEN = 90_000;
const DENIED: Fault = { kind: 'access-denied', message: 'User is not authorized to perform this action' };
const CONFLICT: Fault = { kind: 'conflict', code: 'EntityTemporarilyUnmodifiable' };
const THROTTLED: Fault = { kind: 'throttle' };
const moment = fc.constantFrom('before-effect' as const, 'after-effect' as const);
export const ofTheWay: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant(THROTTLED),
  fc
    .tuple(fc.constantFrom<500 | 502 | 503>(500, 502, 503), moment)
    .map(([status, when]): Fault => ({ kind: 'http-error', status, when })),
  moment.map((when): Fault => ({ kind: 'drop', when })),
  moment.map((when): Fault => ({ kind: 'no-answer', when })),
  moment.map((when): Fault => ({ kind: 'garbled', when })),
  fc.constantFrom<Fault>(
    DENIED,
    CONFLICT,
    { kind: 'expire-session' },
    { kind: 'latency', milliseconds: { from: 0, to: 20_000 } },
    { kind: 'latency', milliseconds: { median: 200, p99: 40_000 } },
  ),
);
const ofDeletions: fc.Arbitrary<Fault> = fc.oneof(
  ofTheWay,
  fc.constant(DENIED),
  fc.constant<Fault>({ kind: 'lie' }),
  fc
    .constantFrom(500, 5_000, 55_000, LONGEST_HIDDEN)
    .map((milliseconds): Fault => ({ kind: 'delayed-visibility', milliseconds })),
);
const ofTheWorld: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 4, arbitrary: change.map((it): Fault => ({ kind: 'change-account', change: it })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/Workloads', '/Sandbox', accountId(0)).map(
      (target): Fault => ({
        kind: 'attach-policy',
        target,
        policy: { Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }] },
      }),
    ),
  },
);

const often = fc.oneof(
  fc.record({ nth: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ probability: fc.constantFrom(0.1, 0.3), times: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ times: fc.integer({ min: 1, max: 3 }) }),
);
/** A change can come at any call, however late. */
const once = fc.record({ nth: fc.integer({ min: 1, max: 12 }) });
const where = maybe(fc.integer({ min: 0, max: MOST_ACCOUNTS - 1 }).map(accountId), 1, 2);

function rule(
  operations: fc.Arbitrary<string>,
  fault: fc.Arbitrary<Fault>,
  when: fc.Arbitrary<object>,
): fc.Arbitrary<FaultRule> {
  return fc.tuple(operations, where, when, fault).map(([operation, account, times, fault]) => ({
    match: { operation, ...(account === undefined ? {} : { account }), ...times },
    fault,
  }));
}

export const readFault = rule(
  fc.constantFrom(...READS, 'GetAccountSummary', 'AssumeRoot', ...ORGANIZATION_READS),
  ofTheWay,
  often,
);
const applyFault = fc.oneof(
  { weight: 3, arbitrary: rule(fc.constantFrom(...DELETIONS, 'De*'), ofDeletions, often) },
  { weight: 2, arbitrary: readFault },
  { weight: 3, arbitrary: rule(fc.constantFrom(...READS, ...DELETIONS, 'AssumeRoot'), ofTheWorld, once) },
);

/** A deletion that comes to nothing at first, and a change before it is asked for again, by this run or by the next. */
const setbackAndChange: fc.Arbitrary<FaultRule[]> = fc
  .record({
    account: fc.integer({ min: 0, max: MOST_ACCOUNTS - 1 }).map(accountId),
    operation: fc.oneof({ weight: 3, arbitrary: fc.constant(DELETIONS[0]) }, fc.constantFrom(...DELETIONS)),
    setback: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(THROTTLED, CONFLICT, DENIED) }, ofDeletions),
    // Mostly the second look: by then the password is about to be asked for again.
    nth: fc.constantFrom(2, 2, 2, 3),
    change: fc.oneof(
      { weight: 3, arbitrary: fc.constant<AccountChange>({ remove: { password: true } }) },
      change,
    ),
  })
  .map(({ account, operation, setback, nth, change: it }) => [
    { match: { operation, account, nth: 1 }, fault: setback },
    { match: { operation: 'GetLoginProfile', account, nth }, fault: { kind: 'change-account', change: it } },
  ]);

export const applyFaults: fc.Arbitrary<FaultRule[]> = fc
  .tuple(fc.array(applyFault, { maxLength: 5, size: 'max' }), maybe(setbackAndChange, 1, 2))
  .map(([faults, together = []]) => [...together, ...faults]);
