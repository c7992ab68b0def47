import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryFacts, evaluateUnaudited, findUnmatched } from '../../../src/core/plan/evaluate.js';
import { nameRule } from '../../../src/core/policy/policy.js';
import { excludeOf, factsOf, includeOf, MEMBER, policyOf } from '../fixtures.js';

const facts = entryFacts(factsOf());
const evaluate = (scope: Parameters<typeof evaluateUnaudited>[2]) =>
  evaluateUnaudited(MEMBER, facts, scope, policyOf());

test('evaluateUnaudited leaves the management account alone', () => {
  const entry = { id: MEMBER, ...facts, findings: [], actions: [] };
  assert.deepEqual(evaluate({ kind: 'management' }), {
    ...entry,
    decision: 'excluded',
    rule: 'management account',
  });
});

test('evaluateUnaudited excludes an account that no inclusion matches', () => {
  const { decision, rule, actions } = evaluate({ kind: 'not-included' });
  assert.deepEqual(
    { decision, rule, actions },
    { decision: 'excluded', rule: 'no rule of include matches', actions: [] },
  );
});

test('evaluateUnaudited says that an account is not active, as information', () => {
  const { decision, findings } = evaluate({ kind: 'not-active', state: 'SUSPENDED' });
  assert.equal(decision, 'not-active');
  const message = 'The account is SUSPENDED; no root session can be opened in it';
  assert.deepEqual(findings, [{ code: 'account-not-active', severity: 'info', message }]);
});

test('evaluateUnaudited gives rule, reason and last day of an exclusion that holds', () => {
  const [rule] = excludeOf({ account: MEMBER, until: '2027-03-31' });
  assert(rule);
  const entry = evaluate({ kind: 'excluded', rule, ended: false });
  assert.deepEqual(
    [entry.decision, entry.rule, entry.reason, entry.until, entry.findings],
    ['excluded', 'exclude[0] (line 9)', 'break-glass', '2027-03-31', []],
  );
});

test('evaluateUnaudited warns of an exclusion that has ended, and still deletes nothing', () => {
  const [rule] = excludeOf({ account: MEMBER, until: '2026-03-31' });
  assert(rule);
  const { decision, findings, actions } = evaluate({ kind: 'excluded', rule, ended: true });
  assert.deepEqual([decision, actions], ['excluded', []]);
  const message = 'The exclusion ended on 2026-03-31; renew it or take it out of the policy';
  assert.deepEqual(findings, [{ code: 'exclusion-ended', severity: 'warn', message }]);
});

test('evaluateUnaudited is unknown and blocks when a fact is missing', () => {
  const { decision, observed, findings } = evaluate({
    kind: 'undecidable',
    missing: 'the state of the account',
  });
  const message = 'AWS did not return the state of the account';
  assert.equal(decision, 'unknown');
  assert.deepEqual(observed, { kind: 'unknown', cause: 'missing-fact', message });
  assert.deepEqual(findings, [{ code: 'audit-unknown', severity: 'block', message }]);
});

test('findUnmatched blocks for an exclusion and warns for an inclusion', () => {
  const policy = policyOf({ include: includeOf({ name: 'x' }), exclude: excludeOf({ name: 'y' }) });
  const found = findUnmatched([...policy.exclude, ...policy.include], policy);
  assert.deepEqual(found, [
    {
      code: 'selector-unmatched',
      severity: 'block',
      message: 'exclude[0] (line 9) matches no account of the organization',
    },
    {
      code: 'selector-unmatched',
      severity: 'warn',
      message: 'include[0] (line 3) matches no account of the organization',
    },
  ]);
});

test('nameRule gives place and line', () => {
  const [rule] = includeOf({ name: 'x' });
  assert(rule);
  assert.equal(nameRule(rule), 'include[0] (line 3)');
});
