import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assemblePlan,
  countTotals,
  type Entry,
  type Finding,
  findExceededLimit,
  isDeleteEntry,
  planActions,
} from '../../../src/core/plan/plan.js';
import { findPlanFault } from '../../../src/core/plan/plan-fault.js';
import { DEFAULT_FINDINGS } from '../../../src/core/policy/policy.js';
import {
  ACCESS_KEY,
  CERTIFICATE,
  cleanEntryOf,
  deleteEntryOf,
  HEADER,
  MFA_DEVICE,
  managementEntryOf,
  PASSWORD,
  planOf,
  policyOf,
  withSeverity,
} from '../fixtures.js';

const BLOCK: Finding = { code: 'access-key-present', severity: 'block', message: 'Access key' };
const WARN: Finding = { code: 'root-used-recently', severity: 'warn', message: 'used' };
const blocked: Entry = {
  ...deleteEntryOf({ id: '333333333333' }),
  decision: 'blocked',
  actions: [],
  findings: [BLOCK],
};
const several = (count: number) =>
  Array.from({ length: count }, (_, index) => deleteEntryOf({ id: String(200000000000 + index) }));

test('assemblePlan gives the same plan for the same entries in any order', () => {
  const entries = [managementEntryOf(), deleteEntryOf(), blocked, cleanEntryOf('444444444444')];
  fc.assert(
    fc.property(fc.shuffledSubarray(entries, { minLength: entries.length }), (shuffled) => {
      assert.deepEqual(planOf(shuffled), planOf(entries));
    }),
  );
});

test('assemblePlan lists accounts by id', () => {
  const ids = planOf([...several(12)].reverse()).accounts.map(({ id }) => id);
  assert.deepEqual(ids, [...ids].sort());
});

test('assemblePlan makes a plan without a fault', () => {
  assert.equal(findPlanFault(planOf([managementEntryOf(), deleteEntryOf(), blocked])), undefined);
});

test('countTotals counts accounts, decisions, deletions and findings, with zeros', () => {
  const accounts = [deleteEntryOf({ findings: [WARN] }), blocked, cleanEntryOf('444444444444')];
  assert.deepEqual(countTotals([BLOCK], accounts), {
    accounts: 3,
    decisions: {
      delete: 1,
      recover: 0,
      unlock: 0,
      blocked: 1,
      unknown: 0,
      kept: 0,
      excluded: 0,
      'not-active': 0,
      clean: 1,
    },
    deletions: { 'access-key': 0, 'signing-certificate': 0, password: 1, 'mfa-device': 1 },
    findings: { block: 2, warn: 1, info: 0 },
  });
});

test('a plan is applicable when no finding blocks', () => {
  assert.equal(planOf([deleteEntryOf({ findings: [WARN] })]).applicable, true);
});

test('a plan is not applicable when one account is blocked and blocking is organization', () => {
  assert.equal(planOf([deleteEntryOf(), blocked]).applicable, false);
});

test('a plan is applicable when one account is blocked and blocking is account', () => {
  assert.equal(planOf([deleteEntryOf(), blocked], policyOf({ blocking: 'account' })).applicable, true);
});

for (const blocking of ['organization', 'account'] as const) {
  test(`a plan is not applicable when a finding of its own blocks and blocking is ${blocking}`, () => {
    const finding: Finding = { ...BLOCK, code: 'selector-unmatched' };
    const plan = assemblePlan(HEADER, policyOf({ blocking }), [deleteEntryOf()], [finding]);
    assert.equal(plan.applicable, false);
  });
}

const LIMITS = [
  [{ accounts: 2 }, 2, 10, undefined],
  [{ accounts: 2 }, 3, 10, 'The plan deletes credentials in 3 accounts; limits.accounts allows 2'],
  [{ percent: 50 }, 5, 10, undefined],
  [
    { percent: 50 },
    6,
    10,
    'The plan deletes credentials in 6 of 10 member accounts; limits.percent allows 50%',
  ],
  [
    { percent: 50 },
    1,
    1,
    'The plan deletes credentials in 1 of 1 member accounts; limits.percent allows 50%',
  ],
  [{ percent: 33 }, 33, 100, undefined],
  [
    { percent: 33 },
    1,
    3,
    'The plan deletes credentials in 1 of 3 member accounts; limits.percent allows 33%',
  ],
  [{ percent: 100 }, 3, 3, undefined],
  [{}, 1000, 1000, undefined],
] as const;
for (const [limits, touched, members, message] of LIMITS) {
  const verb = message === undefined ? 'lets pass' : 'names';
  test(`findExceededLimit ${verb} ${touched} of ${members} accounts under ${JSON.stringify(limits)}`, () => {
    assert.equal(findExceededLimit(limits, touched, members), message);
  });
}

test('assemblePlan finds an exceeded limit, and the plan is not applicable', () => {
  const plan = planOf(several(3), policyOf({ limits: { accounts: 2 } }));
  assert.deepEqual(
    plan.findings.map(({ code, severity }) => [code, severity]),
    [['limit-exceeded', 'block']],
  );
  assert.equal(plan.applicable, false);
});

test('an exceeded limit only warns when the policy says so', () => {
  const plan = planOf(several(3), { ...withSeverity({ 'limit-exceeded': 'warn' }), limits: { accounts: 2 } });
  assert.equal(plan.applicable, true);
});

test('the management account does not count as a member when limits.percent is reckoned', () => {
  const entries = [managementEntryOf(), deleteEntryOf(), cleanEntryOf('444444444444')];
  const exceeds = (percent: number) => planOf(entries, policyOf({ limits: { percent } })).findings.length;
  assert.deepEqual([exceeds(50), exceeds(49)], [0, 1]);
});

test('planActions leaves out the kinds that the policy does not delete', () => {
  const actions = planActions(
    [ACCESS_KEY, CERTIFICATE, PASSWORD, MFA_DEVICE],
    new Set(['signing-certificate']),
    () => ({ kind: 'allowed', by: 'a waiver' }),
  );
  assert.deepEqual(actions, [{ kind: 'delete-signing-certificate', id: CERTIFICATE.id, by: 'a waiver' }]);
});

test('isDeleteEntry holds only when an audit listed what is to be deleted', () => {
  const unknown: Entry = {
    ...deleteEntryOf(),
    observed: { kind: 'unknown', cause: 'aws-error', message: '' },
  };
  assert.deepEqual([deleteEntryOf(), blocked, unknown, cleanEntryOf('4')].map(isDeleteEntry), [
    true,
    false,
    false,
    false,
  ]);
});

test('DEFAULT_FINDINGS block what would be lost for good or was not seen', () => {
  const blocking = Object.entries(DEFAULT_FINDINGS.severity).filter(([, severity]) => severity === 'block');
  assert.deepEqual(
    blocking.map(([code]) => code),
    [
      'access-key-present',
      'signing-certificate-present',
      'deletion-guarded',
      'audit-unknown',
      'limit-exceeded',
    ],
  );
});
