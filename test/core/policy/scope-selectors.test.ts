import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../../src/core/account/organization.js';
import type { Selector } from '../../../src/core/policy/policy.js';
import { type AccountFacts, compileScope, resolveScope } from '../../../src/core/policy/scope.js';
import { factsOf, includeOf, MANAGEMENT, NOW } from '../fixtures.js';

/** Whether a rule with this selector is about the account. */
function selects(selector: Selector, facts: AccountFacts): boolean {
  const rules = compileScope({ include: includeOf(selector), exclude: [] });
  const { kind } = resolveScope(rules, facts, MANAGEMENT, NOW);
  assert(kind === 'included' || kind === 'not-included', kind);
  return kind === 'included';
}

const MATCHING: readonly [selector: Selector, change?: Partial<Account>][] = [
  [{ account: '222222222222' }],
  [{ name: 'shop' }],
  [{ name: 'SHOP' }],
  [{ name: 'sh*' }],
  [{ name: '*' }, { name: '.hidden' }],
  [{ email: '*@example.com' }],
  [{ email: '*@EXAMPLE.com' }],
  [{ email: 'a.b+root@*' }, { email: 'a.b+root@example.com' }],
  [{ ou: 'ou-exmp-22222222' }],
  [{ ou: 'ou-exmp-11111111' }],
  [{ ou: 'r-exmp' }],
  [{ ou: '/Workloads/Prod' }],
  [{ ou: '/workloads/*' }],
  [{ joinedMethod: 'CREATED' }],
  [{ joined: { after: '2020-06-15' } }],
  [{ joined: { before: '2020-06-16' } }],
  [{ joined: { after: '2020-06-15T11:59:59Z', before: '2020-06-15T12:00:01Z' } }],
  [{ name: 'shop', email: 'shop@*', ou: '/Workloads/**', joinedMethod: 'CREATED' }],
];
for (const [selector, change] of MATCHING) {
  test(`${JSON.stringify(selector)} selects an account when each of its keys holds`, () => {
    assert.equal(selects(selector, factsOf(change)), true);
  });
}

const NOT_MATCHING: readonly [selector: Selector, change?: Partial<Account>][] = [
  [{ account: '222222222223' }],
  [{ name: 'sho' }],
  [{ name: 'shop?' }],
  [{ email: '*@example.org' }],
  [{ email: 'shop.example.com' }],
  [{ ou: 'ou-exmp-33333333' }],
  [{ ou: '/Workloads' }],
  [{ ou: '/Workloads/Prod/*' }],
  [{ joinedMethod: 'INVITED' }],
  [{ joined: { after: '2020-06-15T12:00:00Z' } }],
  [{ joined: { before: '2020-06-15T12:00:00Z' } }],
  [{ joined: { before: '2020-06-15' } }],
];
for (const [selector, change] of NOT_MATCHING) {
  test(`${JSON.stringify(selector)} selects no account when it does not hold`, () => {
    assert.equal(selects(selector, factsOf(change)), false);
  });
}

const TOGETHER: Required<Selector> = {
  account: '222222222222',
  name: 'shop',
  email: 'shop@example.com',
  ou: '/Workloads/**',
  tags: { stage: 'prod' },
  joined: { after: '2020-01-01' },
  joinedMethod: 'CREATED',
};
const OTHER: Required<Selector> = {
  account: '333333333333',
  name: 'other',
  email: 'other@example.com',
  ou: '/Sandbox/**',
  tags: { stage: 'sandbox' },
  joined: { after: '2021-01-01' },
  joinedMethod: 'INVITED',
};
test('a selector of all keys selects an account when all hold', () => {
  assert.equal(selects(TOGETHER, factsOf({}, { tags: { stage: 'prod' } })), true);
});
for (const key of Object.keys(TOGETHER) as (keyof Selector)[]) {
  test(`a selector of all keys selects no account when only ${key} does not hold`, () => {
    const selector = { ...TOGETHER, [key]: OTHER[key] };
    assert.equal(selects(selector, factsOf({}, { tags: { stage: 'prod' } })), false);
  });
}

const TAGS: readonly [wanted: Record<string, string>, found: Record<string, string>, selected: boolean][] = [
  [{ stage: 'sandbox' }, { stage: 'sandbox', owner: 'me' }, true],
  [{ stage: 'sandbox', owner: 'me' }, { stage: 'sandbox' }, false],
  [{ stage: 'sandbox' }, { stage: 'Sandbox' }, false],
  [{ stage: 'sandbox' }, { Stage: 'sandbox' }, false],
  [{ stage: 'sand*' }, { stage: 'sandbox' }, false],
  [{ stage: '' }, {}, false],
  [{ toString: 'x' }, {}, false],
];
for (const [wanted, found, selected] of TAGS) {
  test(`tags ${JSON.stringify(wanted)} ${selected ? 'hold' : 'do not hold'} when the account has ${JSON.stringify(found)}`, () => {
    assert.equal(selects({ tags: wanted }, factsOf({}, { tags: found })), selected);
  });
}
