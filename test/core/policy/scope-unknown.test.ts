/** What is not known is never read as "no". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../../src/core/account/organization.js';
import type { Selector } from '../../../src/core/policy/policy.js';
import { type AccountFacts, compileScope, resolveScope } from '../../../src/core/policy/scope.js';
import { accountOf, excludeOf, factsOf, includeOf, MANAGEMENT, MEMBER, NOW } from '../fixtures.js';

const UNDECIDABLE = { kind: 'undecidable', missing: 'a fact that a rule of the policy compares' };
const scopeOf = (include: readonly Selector[], exclude: readonly Selector[], facts: AccountFacts) =>
  resolveScope(
    compileScope({ include: includeOf(...include), exclude: excludeOf(...exclude) }),
    facts,
    MANAGEMENT,
    NOW,
  );

const MISSING: readonly [fact: string, selector: Selector, change: Partial<Account>][] = [
  ['its time of joining', { joined: { after: '2021-01-01' } }, { joined: '' }],
  ['its place', { ou: 'ou-exmp-11111111' }, { parents: [] }],
  ['its name', { name: 'legacy-*' }, { name: '' }],
  ['its email', { email: '*@example.com' }, { email: '' }],
  ['its way of joining', { joinedMethod: 'INVITED' }, { joinedMethod: '' }],
];
for (const [fact, selector, change] of MISSING) {
  test(`an exclusion is undecidable when AWS did not return ${fact}`, () => {
    assert.deepEqual(scopeOf([], [selector], factsOf(change)), UNDECIDABLE);
  });
  test(`an inclusion is undecidable when AWS did not return ${fact}`, () => {
    assert.deepEqual(scopeOf([selector], [], factsOf(change)), UNDECIDABLE);
  });
}

test('a rule about an OU path is undecidable when the path was not read', () => {
  assert.deepEqual(scopeOf([], [{ ou: '/Workloads/**' }], { account: accountOf() }), UNDECIDABLE);
});

test('a missing fact does not matter when another exclusion matches', () => {
  const scope = scopeOf(
    [],
    [{ joined: { after: '2021-01-01' } }, { account: MEMBER }],
    factsOf({ joined: '' }),
  );
  assert.equal(scope.kind, 'excluded');
});

test('a missing fact does not matter when no rule compares it', () => {
  assert.equal(scopeOf([{ name: 'shop' }], [], factsOf({ joined: '', parents: [] })).kind, 'included');
});

test('an undecidable exclusion is not overruled when an inclusion matches', () => {
  const scope = scopeOf([{ name: 'shop' }], [{ joined: { after: '2021-01-01' } }], factsOf({ joined: '' }));
  assert.deepEqual(scope, UNDECIDABLE);
});

test('an exclusion by tags needs them when they were not read', () => {
  assert.deepEqual(scopeOf([], [{ tags: { a: 'b' } }], factsOf()), { kind: 'needs-tags' });
});

test('an inclusion by tags needs them when they were not read and no other inclusion matches', () => {
  assert.deepEqual(scopeOf([{ tags: { a: 'b' } }, { name: 'x' }], [], factsOf()), { kind: 'needs-tags' });
});

test('an exclusion by tags is not reached when another exclusion below it matches', () => {
  assert.equal(scopeOf([], [{ tags: { a: 'b' } }, { name: 'shop' }], factsOf()).kind, 'excluded');
});

test('an inclusion by tags is not reached when another inclusion below it matches', () => {
  assert.equal(scopeOf([{ tags: { a: 'b' } }, { name: 'shop' }], [], factsOf()).kind, 'included');
});

test('an inclusion by tags is not reached when an exclusion matches', () => {
  assert.equal(scopeOf([{ tags: { a: 'b' } }], [{ name: 'shop' }], factsOf()).kind, 'excluded');
});

test('tags are not needed when another key of the same rule does not hold', () => {
  assert.equal(scopeOf([], [{ name: 'other', tags: { a: 'b' } }], factsOf()).kind, 'included');
});

test('tags are not needed when the account is the management account', () => {
  assert.equal(scopeOf([], [{ tags: { a: 'b' } }], factsOf({ id: MANAGEMENT })).kind, 'management');
});

test('tags are not needed when the account is not active', () => {
  assert.equal(scopeOf([], [{ tags: { a: 'b' } }], factsOf({ state: 'CLOSED' })).kind, 'not-active');
});

test('a rule by tags does not match when the tags were read and there are none', () => {
  assert.equal(scopeOf([], [{ tags: { a: 'b' } }], factsOf({}, { tags: {} })).kind, 'included');
});
