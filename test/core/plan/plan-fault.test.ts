/** A valid plan, one thing of it changed: what no plan may say, whoever signed it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeleteEntry, Entry, Finding, FullEntry, Plan } from '../../../src/core/plan/plan.js';
import { countTotals } from '../../../src/core/plan/plan.js';
import { findPlanFault } from '../../../src/core/plan/plan-fault.js';
import { ACCESS_KEY, deleteEntryOf, MANAGEMENT, MEMBER, MFA_DEVICE, PASSWORD, planOf } from '../fixtures.js';

const BLOCK: Finding = { code: 'access-key-present', severity: 'block', message: 'Access key' };

/** A plan of other accounts whose totals are right. */
function planWith(accounts: readonly Entry[]): Plan {
  return { ...planOf(), accounts, totals: countTotals([], accounts) };
}

/** The fault of a plan whose one account differs from a right one. */
function faultOf(change: Partial<FullEntry>): string | undefined {
  return findPlanFault(planWith([{ ...deleteEntryOf(), ...change } as Entry]));
}

test('findPlanFault finds none when nothing is wrong', () => {
  assert.equal(faultOf({}), undefined);
});

test('findPlanFault names the account that is listed twice', () => {
  const plan = planWith([deleteEntryOf(), deleteEntryOf()]);
  assert.equal(findPlanFault(plan), `account "${MEMBER}" is out of order or listed twice`);
});

test('findPlanFault names the account that is out of order', () => {
  const plan = planWith([deleteEntryOf({ id: '333333333333' }), deleteEntryOf()]);
  assert.equal(findPlanFault(plan), `account "${MEMBER}" is out of order or listed twice`);
});

const TOTALS: readonly [name: string, change: (totals: Plan['totals']) => Plan['totals']][] = [
  ['accounts', (totals) => ({ ...totals, accounts: 2 })],
  ['a decision', (totals) => ({ ...totals, decisions: { ...totals.decisions, delete: 0 } })],
  ['deletions of a kind', (totals) => ({ ...totals, deletions: { ...totals.deletions, password: 0 } })],
  ['findings of a severity', (totals) => ({ ...totals, findings: { ...totals.findings, block: 1 } })],
];
for (const [name, change] of TOTALS) {
  test(`findPlanFault looks at the totals when the number of ${name} is wrong`, () => {
    const plan = planOf();
    const fault = findPlanFault({ ...plan, totals: change(plan.totals) });
    assert.equal(fault, 'the totals are not those of its accounts');
  });
}

test('findPlanFault refuses an applicable plan when a finding of its own blocks', () => {
  const findings: Finding[] = [{ ...BLOCK, code: 'selector-unmatched' }];
  const plan = { ...planOf(), findings, totals: countTotals(findings, planOf().accounts) };
  assert.equal(findPlanFault(plan), 'it is marked applicable in spite of a blocking finding');
});

for (const decision of ['blocked', 'unknown', 'kept', 'excluded', 'not-active'] as const) {
  test(`findPlanFault refuses actions in an account when its decision is ${decision}`, () => {
    assert.equal(
      faultOf({ decision }),
      `account "${MEMBER}" has actions although its decision is "${decision}"`,
    );
  });
}

test('findPlanFault refuses deletions in the management account', () => {
  const fault = faultOf({ id: MANAGEMENT });
  assert.equal(
    fault,
    `account "${MANAGEMENT}" is the management account, in which nothing is ever deleted or changed`,
  );
});

for (const state of ['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED', 'UNKNOWN'] as const) {
  test(`findPlanFault refuses deletions in an account when it is ${state}`, () => {
    assert.equal(faultOf({ state }), `account "${MEMBER}" is to be changed although it is "${state}"`);
  });
}

const UNLISTED: readonly [name: string, observed: FullEntry['observed']][] = [
  ['its audit failed', { kind: 'unknown', cause: 'aws-error', message: 'x' }],
  ['only a summary was read', { kind: 'audited', by: 'summary', credentials: [PASSWORD, MFA_DEVICE] }],
];
for (const [name, observed] of UNLISTED) {
  test(`findPlanFault refuses deletions in an account when ${name}`, () => {
    assert(observed);
    assert.equal(faultOf({ observed }), `account "${MEMBER}" is to lose credentials that no audit listed`);
  });
}

test('findPlanFault refuses deletions in an account that was not audited', () => {
  const { observed: _, ...entry } = deleteEntryOf();
  const fault = findPlanFault(planWith([entry as Entry]));
  assert.equal(fault, `account "${MEMBER}" is to lose credentials that no audit listed`);
});

test('findPlanFault refuses a deletion without an action', () => {
  assert.equal(faultOf({ actions: [] }), `account "${MEMBER}" is marked "delete" without an action`);
});

test('findPlanFault refuses deletions in an account that a finding blocks', () => {
  const fault = faultOf({ findings: [BLOCK] });
  assert.equal(fault, `account "${MEMBER}" is to lose credentials in spite of a blocking finding`);
});

const NOT_THOSE = `account "${MEMBER}" has actions that are not, in the safe order, those of the credentials it was seen with`;
const [password, mfa] = [
  { kind: 'delete-password' },
  { kind: 'delete-mfa-device', id: MFA_DEVICE.id ?? '' },
] as const;
const ACTIONS: readonly [name: string, actions: DeleteEntry['actions']][] = [
  ['an id that was not seen', [password, { kind: 'delete-mfa-device', id: 'GAKT12345678' }]],
  ['a kind that was not seen', [{ kind: 'delete-access-key', id: 'AKIAZ' }, password, mfa]],
  ['an action twice', [password, password, mfa]],
  ['MFA before the password', [mfa, password]],
  ['an id for the password', [{ kind: 'delete-password', id: 'x' }, mfa]],
];
for (const [name, actions] of ACTIONS) {
  test(`findPlanFault refuses actions when they hold ${name}`, () => {
    assert.equal(faultOf({ actions }), NOT_THOSE);
  });
}

const [key, otherKey] = [ACCESS_KEY, { ...ACCESS_KEY, id: 'AKIAZ' }];
const WITH_KEYS = {
  kind: 'audited',
  by: 'listing',
  credentials: [key, otherKey, PASSWORD, MFA_DEVICE],
} as const;

test('findPlanFault lets one access key go and another stay', () => {
  const action = { kind: 'delete-access-key', id: key.id ?? '', by: 'a guard' } as const;
  assert.equal(faultOf({ observed: WITH_KEYS, actions: [action, password, mfa] }), undefined);
});

test('findPlanFault refuses the deletion of an access key that says by no guard', () => {
  const action = { kind: 'delete-access-key', id: key.id ?? '' } as const;
  const fault = faultOf({ observed: WITH_KEYS, actions: [action, password, mfa] });
  assert.equal(
    fault,
    `account "${MEMBER}" deletes access-key AKIAIOSFODNN7EXAMPLE without saying by which guard or waiver`,
  );
});

test('findPlanFault refuses the deletion of a password by a guard', () => {
  const fault = faultOf({ actions: [{ ...password, by: 'a guard' }, mfa] });
  assert.equal(fault, `account "${MEMBER}" deletes password by a guard, which it has not`);
});

test('findPlanFault refuses one action of a kind when two credentials of it were seen', () => {
  const credentials = [PASSWORD, MFA_DEVICE, { ...MFA_DEVICE, id: 'arn:aws:iam::222222222222:mfa/two' }];
  assert.equal(faultOf({ observed: { kind: 'audited', by: 'listing', credentials } }), NOT_THOSE);
});

test('findPlanFault refuses MFA before the password, although the audit listed them so', () => {
  const credentials = [MFA_DEVICE, PASSWORD];
  const fault = faultOf({
    observed: { kind: 'audited', by: 'listing', credentials },
    actions: [mfa, password],
  });
  assert.equal(fault, NOT_THOSE);
});

test('findPlanFault refuses to take the MFA of an account that keeps its password', () => {
  assert.equal(faultOf({ actions: [mfa] }), `account "${MEMBER}" would keep its password and lose its MFA`);
});

test('findPlanFault lets the password go and MFA stay', () => {
  assert.equal(faultOf({ actions: [password] }), undefined);
});

test('findPlanFault refuses a credential that is listed twice', () => {
  const credentials = [ACCESS_KEY, ACCESS_KEY, PASSWORD, MFA_DEVICE];
  const fault = faultOf({ observed: { kind: 'audited', by: 'listing', credentials } });
  assert.equal(fault, `account "${MEMBER}" lists a credential twice`);
});
