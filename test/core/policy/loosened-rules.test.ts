import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listLoosenedExclusions, listLoosenedInclusions } from '../../../src/core/policy/loosened-rules.js';
import type { Selector } from '../../../src/core/policy/policy.js';
import { assertLinear, countWork, SIZES } from '../../files/counted-work.js';
import { excludeOf, includeOf } from '../fixtures.js';

const SHOP: Selector = { account: '333333333333' };
const PROD: Selector = { ou: '/Prod/**' };
const SANDBOX: Selector = { ou: '/Sandbox/**', tags: { stage: 'dev' } };

const INCLUSIONS: readonly [what: string, base: Selector[], now: Selector[], loosened: string[]][] = [
  ['nothing changes', [PROD, SANDBOX], [PROD, SANDBOX], []],
  ['the rules stand in another order', [PROD, SANDBOX], [SANDBOX, PROD], []],
  ['a rule stands twice', [PROD], [PROD, PROD], []],
  ['a rule is removed and others stay', [PROD, SANDBOX], [SANDBOX], []],
  ['there was no include, which means every account', [], [PROD], []],
  ['a rule gets a further condition', [PROD], [{ ...PROD, tags: { stage: 'dev' } }], []],
  [
    'a rule is added',
    [PROD],
    [SANDBOX, PROD],
    ['include[0] (line 3) is added: none -> { ou: "/Sandbox/**", tags["stage"]: "dev" }'],
  ],
  [
    'a rule is changed',
    [PROD, SHOP],
    [{ ou: '/**' }, SHOP],
    ['include[0] (line 3) is changed: { ou: "/Prod/**" } -> { ou: "/**" }'],
  ],
  [
    'a rule loses a condition',
    [SANDBOX],
    [{ ou: '/Sandbox/**' }],
    ['include[0] (line 3) is changed: { ou: "/Sandbox/**", tags["stage"]: "dev" } -> { ou: "/Sandbox/**" }'],
  ],
  [
    'a rule is changed to one that takes the place of another',
    [PROD, SHOP],
    [SHOP, SANDBOX],
    ['include[1] (line 4) is added: none -> { ou: "/Sandbox/**", tags["stage"]: "dev" }'],
  ],
  ['include is emptied of one rule', [PROD], [], ['include is emptied: 1 rule -> every member account']],
  [
    'include is emptied of two rules',
    [PROD, SHOP],
    [],
    ['include is emptied: 2 rules -> every member account'],
  ],
];
for (const [what, base, now, loosened] of INCLUSIONS) {
  test(`listLoosenedInclusions finds ${loosened.length === 0 ? 'nothing' : 'it'} when ${what}`, () => {
    assert.deepEqual(listLoosenedInclusions(includeOf(...base), includeOf(...now)), loosened);
  });
}

type Excluded = Selector & { readonly until?: string };
const EXCLUSIONS: readonly [what: string, base: Excluded[], now: Excluded[], loosened: string[]][] = [
  ['nothing changes', [SHOP, PROD], [SHOP, PROD], []],
  ['the rules stand in another order', [SHOP, PROD], [PROD, SHOP], []],
  ['a rule is added', [SHOP], [PROD, SHOP], []],
  ['a rule loses a condition', [SANDBOX], [{ ou: '/Sandbox/**' }], []],
  ['a rule stood twice', [SHOP, SHOP], [SHOP], []],
  [
    'a rule is removed',
    [SHOP, PROD],
    [PROD],
    ['a rule of exclude is removed: { account: "333333333333" } -> none'],
  ],
  [
    'all rules are removed',
    [SHOP, PROD],
    [],
    [
      'a rule of exclude is removed: { account: "333333333333" } -> none',
      'a rule of exclude is removed: { ou: "/Prod/**" } -> none',
    ],
  ],
  [
    'a rule is changed',
    [SHOP, PROD],
    [{ account: '333333333334' }, PROD],
    ['exclude[0] (line 9) is changed: { account: "333333333333" } -> { account: "333333333334" }'],
  ],
  [
    'a rule gets a further condition',
    [PROD],
    [{ ...PROD, name: 'shop' }],
    ['exclude[0] (line 9) is changed: { ou: "/Prod/**" } -> { name: "shop", ou: "/Prod/**" }'],
  ],
  [
    'a rule gets an end',
    [SHOP],
    [{ ...SHOP, until: '2027-03-31' }],
    ['exclude[0] (line 9) ends earlier: never -> "2027-03-31", for { account: "333333333333" }'],
  ],
  [
    'a rule ends earlier',
    [{ ...SHOP, until: '2027-03-31' }],
    [PROD, { ...SHOP, until: '2026-12-31' }],
    ['exclude[1] (line 10) ends earlier: "2027-03-31" -> "2026-12-31", for { account: "333333333333" }'],
  ],
  ['a rule ends later', [{ ...SHOP, until: '2026-12-31' }], [{ ...SHOP, until: '2027-03-31' }], []],
  ['a rule ends no more', [{ ...SHOP, until: '2026-12-31' }], [SHOP], []],
  [
    'a rule ends earlier and another for the same accounts does not',
    [SHOP],
    [{ ...SHOP, until: '2026-12-31' }, SHOP],
    [],
  ],
  [
    'a wider rule takes its place and ends earlier',
    [{ ...SANDBOX, until: '2027-03-31' }],
    [{ ou: '/Sandbox/**', until: '2026-12-31' }],
    [
      'exclude[0] (line 9) ends earlier: "2027-03-31" -> "2026-12-31", for { ou: "/Sandbox/**", tags["stage"]: "dev" }',
    ],
  ],
];
for (const [what, base, now, loosened] of EXCLUSIONS) {
  test(`listLoosenedExclusions finds ${loosened.length === 0 ? 'nothing' : 'it'} when ${what}`, () => {
    assert.deepEqual(listLoosenedExclusions(excludeOf(...base), excludeOf(...now)), loosened);
  });
}

test('listLoosenedExclusions does not look at reasons', () => {
  const base = excludeOf(SHOP);
  const now = base.map((rule) => ({ ...rule, reason: 'another' }));
  assert.deepEqual(listLoosenedExclusions(base, now), []);
});

test('listLoosenedExclusions and listLoosenedInclusions compare in proportion to the rules', () => {
  const rules = (prefix: string, times: number) =>
    Array.from({ length: times }, (_, index) => ({
      name: `${prefix}${index}`,
      joinedMethod: 'CREATED' as const,
    }));
  for (const compare of [
    (one: Selector[], other: Selector[]) => listLoosenedExclusions(excludeOf(...one), excludeOf(...other)),
    (one: Selector[], other: Selector[]) => listLoosenedInclusions(includeOf(...one), includeOf(...other)),
  ]) {
    assertLinear(
      SIZES.map((times) =>
        countWork(() => assert.equal(compare(rules('a', times), rules('b', times)).length, times)),
      ),
    );
  }
});
