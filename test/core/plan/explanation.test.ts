import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainScope } from '../../../src/core/plan/explanation.js';
import type { Selector } from '../../../src/core/policy/policy.js';
import { compileScope, resolveScope } from '../../../src/core/policy/scope.js';
import { excludeOf, factsOf, includeOf, MANAGEMENT, MEMBER, NOW } from '../fixtures.js';

const FACTS = factsOf({}, { tags: { stage: 'prod' } });

function answersOf(selector: Selector, facts = FACTS, unreadable: ('tags' | 'ou')[] = []) {
  const policy = { include: includeOf(selector), exclude: [] };
  const { rules } = explainScope(policy, {
    facts,
    unreadable: new Set(unreadable),
    managementAccount: MANAGEMENT,
    today: NOW,
  });
  const [rule] = rules;
  return [rule?.answer, ...(rule?.conditions.map(({ part, answer }) => `${part} ${answer}`) ?? [])];
}

test('explainScope answers each condition of a rule on its own', () => {
  assert.deepEqual(
    answersOf({
      account: MEMBER,
      name: 'mall*',
      email: '*@example.com',
      ou: '/Workloads/**',
      joined: { after: '2020-01-01', before: '2020-02-01' },
      joinedMethod: 'INVITED',
      tags: { stage: 'prod', owner: 'ada' },
    }),
    [
      'no-match',
      'account match',
      'name no-match',
      'email match',
      'ou match',
      'joinedMethod no-match',
      'joined.after match',
      'joined.before no-match',
      'tags.stage match',
      'tags.owner no-match',
    ],
  );
});

test('explainScope does not take what AWS did not tell for a difference', () => {
  const facts = factsOf({ name: '', email: '', joined: '', joinedMethod: '', parents: [] });
  const { unitPath: _, ...placeless } = facts;
  assert.deepEqual(answersOf({ name: 'x', ou: '/x', joined: { after: '2020-01-01' } }, placeless), [
    'not-known',
    'name not-known',
    'ou not-known',
    'joined.after not-known',
  ]);
  assert.deepEqual(answersOf({ ou: 'ou-exmp-11111111' }, placeless), ['not-known', 'ou not-known']);
});

test('explainScope tells tags that nobody needed from tags that nobody could read', () => {
  const tags = { stage: 'prod' };
  assert.deepEqual(answersOf({ tags }, factsOf()), ['not-read', 'tags.stage not-read']);
  assert.deepEqual(answersOf({ tags }, factsOf(), ['tags']), ['not-known', 'tags.stage not-known']);
});

test('explainScope marks the one rule by which the scope is decided', () => {
  const policy = {
    include: includeOf({ account: MEMBER }, { name: 'shop' }),
    exclude: excludeOf({ tags: { stage: 'prod' } }, { name: 'sh*' }),
  };
  const { scope, rules } = explainScope(policy, {
    facts: FACTS,
    unreadable: new Set(),
    managementAccount: MANAGEMENT,
    today: NOW,
  });
  assert.deepEqual(scope, resolveScope(compileScope(policy), FACTS, MANAGEMENT, NOW));
  // Rules without tags are asked first.
  assert.deepEqual(
    rules.map(({ rule, answer, decides }) => [rule.id, answer, decides]),
    [
      ['exclude[0]', 'match', false],
      ['exclude[1]', 'match', true],
      ['include[0]', 'match', false],
      ['include[1]', 'match', false],
    ],
  );
});

test('explainScope marks no rule for the management account', () => {
  const policy = { include: [], exclude: excludeOf({ account: MANAGEMENT }) };
  const { rules } = explainScope(policy, {
    facts: factsOf({ id: MANAGEMENT }),
    unreadable: new Set(),
    managementAccount: MANAGEMENT,
    today: NOW,
  });
  assert.deepEqual(
    rules.map(({ answer, decides }) => [answer, decides]),
    [['match', false]],
  );
});
