/** Cases of `recover` and `unlock`: what they plan, and what goes wrong when it is applied. */
import fc from 'fast-check';
import type { Fault, FaultRule } from '../../src/emulator/faults/rule.js';
import type { AccountSpec } from '../../src/emulator/scenario/scenario.js';
import type { AccountChange } from '../../src/emulator/state/change-account.js';
import { accountId } from './accounts.js';
import { LONGEST_HIDDEN, ofTheWay } from './faults.js';

const KINDS = ['recover', 'unlock-bucket', 'unlock-queue'] as const;
export type RecoveryKind = (typeof KINDS)[number];

export interface Recovery {
  readonly kind: RecoveryKind;
  /** `recover` names the first so many accounts, `unlock` the first. */
  readonly accounts: number;
  readonly faults: readonly FaultRule[];
  /** What others do before each run, where they do anything. */
  readonly changes: readonly (AccountChange | undefined)[];
}

/** Operations that change what is planned, and those that look at it. */
export const OPERATIONS = {
  recover: { change: 'CreateLoginProfile', look: 'GetLoginProfile' },
  'unlock-bucket': { change: 'DeleteBucketPolicy', look: 'GetBucketPolicy' },
  'unlock-queue': { change: 'SetQueueAttributes', look: 'GetQueueAttributes' },
} as const;

export const BUCKET = 'arn:aws:s3:::logs';
export const QUEUE = `arn:aws:sqs:eu-central-1:${accountId(0)}:orders`;

/** Denies everyone. */
export function lockedPolicy(service: 's3' | 'sqs'): string {
  return `{"Statement":[{"Sid":"Lock","Effect":"Deny","Principal":"*","Action":"${service}:*","Resource":"*"}]}`;
}

/** The accounts of a case as `recover` and `unlock` need them. */
export function prepareAccounts({ accounts }: Recovery, specs: readonly AccountSpec[]): AccountSpec[] {
  return specs.map((spec, index) => ({
    ...spec,
    ...(index < accounts ? { state: 'ACTIVE' as const, root: { ...spec.root, password: false } } : {}),
    ...(index === 0
      ? {
          buckets: [{ name: 'logs', region: 'eu-west-1', policy: lockedPolicy('s3') }],
          queues: [{ name: 'orders', region: 'eu-central-1', policy: lockedPolicy('sqs') }],
        }
      : {}),
  }));
}

/** The words that plan it. */
export function planCommand({ kind, accounts }: Recovery): string[] {
  const [first = '', ...others] = Array.from({ length: accounts }, (_, index) => accountId(index));
  switch (kind) {
    case 'recover':
      return ['recover', first, ...others];
    case 'unlock-bucket':
      return ['unlock', 'bucket', first, 'logs'];
    case 'unlock-queue':
      return ['unlock', 'queue', first, QUEUE];
  }
}

/** `change` and `look` stand for the operations of the kind. */
const CHANGING = ['change'];
const READING = ['look', 'AssumeRoot', 'DescribeAccount'];
const OTHER = lockedPolicy('s3').replace('"Lock"', '"Other"');
const change = fc.constantFrom<AccountChange>(
  { add: { password: { created: '2026-11-23T09:10:00Z' } } },
  { remove: { password: true } },
  { name: 'renamed' },
  { state: 'SUSPENDED' },
  { leave: true },
  { buckets: [{ name: 'logs', policy: OTHER }] },
  { buckets: [{ name: 'logs', policy: null }] },
  {
    queues: [
      { name: 'orders', region: 'eu-central-1', policy: lockedPolicy('sqs').replace('Lock', 'Other') },
    ],
  },
);
const faultOfChange: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: ofTheWay },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fault>(
      { kind: 'lie' },
      { kind: 'delayed-visibility', milliseconds: 5_000 },
      { kind: 'delayed-visibility', milliseconds: LONGEST_HIDDEN },
    ),
  },
);
const often = fc.oneof(
  fc.record({ nth: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ times: fc.integer({ min: 1, max: 3 }) }),
);
const rule = (operations: readonly string[], faults: fc.Arbitrary<Fault>): fc.Arbitrary<FaultRule> =>
  fc
    .tuple(fc.constantFrom(...operations), often, faults)
    .map(([operation, times, fault]) => ({ match: { operation, ...times }, fault }));

const unresolved: fc.Arbitrary<Recovery> = fc.record<Recovery>({
  kind: fc.constantFrom(...KINDS),
  accounts: fc.constantFrom(1, 2),
  faults: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: rule(CHANGING, faultOfChange) },
      { weight: 2, arbitrary: rule(READING, ofTheWay) },
      {
        weight: 1,
        arbitrary: rule(
          [...READING, ...CHANGING],
          change.map((it): Fault => ({ kind: 'change-account', change: it })),
        ),
      },
    ),
    { maxLength: 3, size: 'max' },
  ),
  changes: fc.array(
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: change }),
    {
      minLength: 3,
      maxLength: 3,
    },
  ),
});

export const recovery: fc.Arbitrary<Recovery> = unresolved.map((it) => ({
  ...it,
  faults: it.faults.map((rule) => {
    const { operation = '' } = rule.match ?? {};
    const { change, look } = OPERATIONS[it.kind];
    const resolved = operation === 'change' ? change : operation === 'look' ? look : operation;
    return { ...rule, match: { ...rule.match, operation: resolved } };
  }),
}));
