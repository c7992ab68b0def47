import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../../../src/core/action/credentials.js';
import { assemblePlan, type Entry } from '../../../src/core/plan/plan.js';
import { type AccountDifference, comparePlans } from '../../../src/core/plan/plan-diff.js';
import {
  cleanEntryOf,
  deleteEntryOf,
  HEADER,
  MEMBER,
  PASSWORD,
  policyOf,
  unauditedEntryOf,
} from '../fixtures.js';

const planOf = (...entries: Entry[]) => assemblePlan(HEADER, policyOf(), entries, []);

function compare(before: Entry, after: Entry): AccountDifference | undefined {
  const diff = comparePlans(planOf(before), planOf(after));
  assert.equal(diff.accounts.length + diff.unchanged, 1);
  return diff.accounts[0];
}

/** Of the password: what was known before, and is now. */
function passwordOf(difference: AccountDifference | undefined): string[] {
  const found = difference?.credentials.find(({ credential }) => credential.kind === 'password');
  return found === undefined ? [] : [found.before.kind, found.after.kind];
}

const UNKNOWN: Observation = { kind: 'unknown', cause: 'unreachable', message: 'no answer' };
const unknownEntry = (observed = UNKNOWN): Entry => ({
  ...unauditedEntryOf(MEMBER, 'shop'),
  decision: 'unknown',
  observed,
});

test('comparePlans finds nothing between a plan and itself', () => {
  const plan = planOf(deleteEntryOf(), cleanEntryOf('333333333333'));
  const { accounts, unchanged, findings, deletions } = comparePlans(plan, plan);
  assert.deepEqual([accounts, unchanged, findings], [[], 2, []]);
  assert.deepEqual(Object.values(deletions.added), [0, 0, 0, 0]);
});

for (const [what, before, after, states] of [
  ['a credential that came', cleanEntryOf(MEMBER), deleteEntryOf(), ['absent', 'present']],
  ['a credential that went', deleteEntryOf(), cleanEntryOf(MEMBER), ['present', 'absent']],
  ['an account that could not be looked at', deleteEntryOf(), unknownEntry(), ['present', 'unknown']],
  ['an account that can be looked at now', unknownEntry(), deleteEntryOf(), ['unknown', 'present']],
  [
    'an account that nobody looked at',
    { ...unauditedEntryOf(MEMBER, 'shop'), decision: 'excluded' },
    deleteEntryOf(),
    ['not-audited', 'present'],
  ],
] satisfies [string, Entry, Entry, string[]][]) {
  test(`comparePlans tells absent, unknown and not looked at apart: ${what}`, () => {
    assert.deepEqual(passwordOf(compare(before, after)), states);
  });
}

test('comparePlans tells of new and gone accounts, and does not call their credentials new or gone', () => {
  const other = deleteEntryOf({ id: '333333333333' });
  const { accounts, deletions } = comparePlans(planOf(deleteEntryOf()), planOf(other));
  assert.deepEqual(
    accounts.map(({ id, kind }) => [id, kind]),
    [
      [MEMBER, 'gone'],
      ['333333333333', 'new'],
    ],
  );
  assert.deepEqual(accounts.map(passwordOf), [
    ['present', 'no-account'],
    ['no-account', 'present'],
  ]);
  assert.equal(deletions.added.password, 1);
  assert.equal(deletions.dropped.password, 1);
});

test('comparePlans tells facts of which it knows both sides', () => {
  const { ou: _, ...nowhere } = deleteEntryOf();
  assert.deepEqual(compare(nowhere, deleteEntryOf({ name: 'mall' }))?.facts, [
    { fact: 'name', before: 'shop', after: 'mall' },
    { fact: 'ou', before: 'unknown', after: '/Workloads/Prod' },
  ]);
  assert.equal(compare(deleteEntryOf(), deleteEntryOf({ tags: { stage: 'prod' } })), undefined);
  assert.deepEqual(
    compare(deleteEntryOf({ tags: {} }), deleteEntryOf({ tags: { stage: 'prod', owner: 'ada' } }))?.facts,
    [{ fact: 'tags', before: 'none', after: 'owner=ada, stage=prod' }],
  );
});

test('comparePlans tells that one credential is no longer the same', () => {
  const observed: Observation = {
    kind: 'audited',
    by: 'listing',
    credentials: [{ ...PASSWORD, created: '2026-01-01T00:00:00Z' }],
  };
  const difference = compare(
    deleteEntryOf({
      observed: { ...observed, credentials: [PASSWORD] },
      actions: [{ kind: 'delete-password' }],
    }),
    deleteEntryOf({ observed, actions: [{ kind: 'delete-password' }] }),
  );
  assert.deepEqual(difference?.credentials, [
    {
      credential: { kind: 'password' },
      before: { kind: 'present', use: 'created 2019-02-04T00:00:00Z', deleted: true },
      after: { kind: 'present', use: 'created 2026-01-01T00:00:00Z', deleted: true },
    },
  ]);
});

test('comparePlans takes a finding of another severity for one finding', () => {
  const finding = { code: 'root-used-recently', message: 'used' } as const;
  const difference = compare(
    deleteEntryOf({ findings: [{ ...finding, severity: 'warn' }] }),
    deleteEntryOf({
      findings: [
        { ...finding, severity: 'info' },
        { ...finding, message: 'used again', severity: 'info' },
      ],
    }),
  );
  assert.deepEqual(difference?.findings, [
    { kind: 'severity', finding, before: 'warn', after: 'info' },
    { kind: 'new', finding: { ...finding, message: 'used again', severity: 'info' } },
  ]);
});

test('comparePlans compares rules by name where no policy is at hand, and by what they say where both are', () => {
  const [before, after] = [deleteEntryOf({ rule: 'a' }), deleteEntryOf({ rule: 'b' })];
  assert.equal(compare(before, after)?.after?.rule, 'b');
  const cause = { policy: 'enough', account: 'not-enough', time: 'not-enough' } as const;
  const explainer = (same: boolean) => ({ sameRule: () => same, explain: () => cause });
  assert.deepEqual(comparePlans(planOf(before), planOf(after), explainer(true)).accounts, []);
  assert.deepEqual(comparePlans(planOf(before), planOf(after), explainer(false)).accounts[0]?.cause, cause);
});
