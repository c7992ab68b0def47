import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileScope, matchAll, resolveScope } from '../../../src/core/policy/scope.js';
import { excludeOf, factsOf, includeOf, MANAGEMENT, MEMBER, NOW } from '../fixtures.js';

const everything = { include: includeOf({ name: '*' }), exclude: excludeOf({ name: '*' }) };
const nothing = { include: [], exclude: [] };

test('resolveScope answers management when the account is it, whatever else holds', () => {
  const facts = factsOf({ id: MANAGEMENT, state: 'SUSPENDED' });
  assert.deepEqual(resolveScope(compileScope(everything), facts, MANAGEMENT, NOW), { kind: 'management' });
});

test('resolveScope answers undecidable when AWS gave no state, although a rule excludes the account', () => {
  const scope = resolveScope(compileScope(everything), factsOf({ state: 'UNKNOWN' }), MANAGEMENT, NOW);
  assert.deepEqual(scope, { kind: 'undecidable', missing: 'the state of the account' });
});

for (const state of ['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'] as const) {
  test(`resolveScope answers not-active when the account is ${state}, although rules name it`, () => {
    const scope = resolveScope(compileScope(everything), factsOf({ state }), MANAGEMENT, NOW);
    assert.deepEqual(scope, { kind: 'not-active', state });
  });
}

test('resolveScope answers excluded when an exclusion and an inclusion match', () => {
  const [rule] = everything.exclude;
  const scope = resolveScope(compileScope(everything), factsOf(), MANAGEMENT, NOW);
  assert.deepEqual(scope, { kind: 'excluded', rule, ended: false });
});

test('resolveScope answers included without a rule when the policy has no include', () => {
  assert.deepEqual(resolveScope(compileScope(nothing), factsOf(), MANAGEMENT, NOW), { kind: 'included' });
});

test('resolveScope names the first of the inclusions that match', () => {
  const include = includeOf({ name: 'other' }, { account: MEMBER }, { name: '*' });
  const scope = resolveScope(compileScope({ include, exclude: [] }), factsOf(), MANAGEMENT, NOW);
  assert.deepEqual(scope, { kind: 'included', rule: include[1] });
});

test('resolveScope answers not-included when no inclusion matches', () => {
  const rules = compileScope({ include: includeOf({ name: 'other' }), exclude: [] });
  assert.deepEqual(resolveScope(rules, factsOf(), MANAGEMENT, NOW), { kind: 'not-included' });
});

const UNTIL: readonly [today: string, ended: boolean][] = [
  ['2027-03-30T23:59:59.999Z', false],
  ['2027-03-31T00:00:00.000Z', false],
  ['2027-03-31T23:59:59.999Z', false],
  ['2027-04-01T00:00:00.000Z', true],
  ['2027-03-31T23:59:59.999-01:00', true],
  ['2027-04-01T00:59:59.999+01:00', false],
];
for (const [today, ended] of UNTIL) {
  test(`an exclusion until 2027-03-31 still protects and ${ended ? 'has ended' : 'has not ended'} at ${today}`, () => {
    const exclude = excludeOf({ account: MEMBER, until: '2027-03-31' });
    const rules = compileScope({ include: [], exclude });
    const scope = resolveScope(rules, factsOf(), MANAGEMENT, new Date(today));
    assert.deepEqual(scope, { kind: 'excluded', rule: exclude[0], ended });
  });
}

test('an exclusion without until never ends', () => {
  const rules = compileScope({ include: [], exclude: excludeOf({ account: MEMBER }) });
  const scope = resolveScope(rules, factsOf(), MANAGEMENT, new Date('2999-01-01'));
  assert.equal(scope.kind === 'excluded' && scope.ended, false);
});

test('compileScope needs OU names only when a rule compares a path', () => {
  const needs = (ou: string) => compileScope({ include: includeOf({ ou }), exclude: [] }).needsUnitNames;
  assert.deepEqual([needs('/Workloads/**'), needs('ou-exmp-11111111')], [true, false]);
});

test('compileScope needs OU names when only an exclusion compares a path', () => {
  assert.equal(compileScope({ include: [], exclude: excludeOf({ ou: '/A' }) }).needsUnitNames, true);
});

test('matchAll names every rule that matches and every rule that waits for tags', () => {
  const include = includeOf({ name: 'shop' }, { name: 'other' });
  const exclude = excludeOf({ account: MEMBER }, { name: 'shop', tags: { a: 'b' } });
  const { matched, needTags } = matchAll(compileScope({ include, exclude }), factsOf());
  assert.deepEqual(matched, [exclude[0], include[0]]);
  assert.deepEqual(needTags, [exclude[1]]);
});
