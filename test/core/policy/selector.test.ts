import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Selector } from '../../../src/core/policy/policy.js';
import { formatSelector, widerSelectors } from '../../../src/core/policy/selector.js';

const EVERYTHING: Selector = {
  joinedMethod: 'INVITED',
  joined: { before: '2026-02-01T00:00:00Z', after: '2026-01-31' },
  tags: { stage: 'prod', owner: 'me' },
  ou: '/Workloads/**',
  email: '*@example.com',
  name: 'shop-*',
  account: '333333333333',
};

const FORMATTED: readonly [Selector, string][] = [
  [{ account: '333333333333' }, '{ account: "333333333333" }'],
  [
    EVERYTHING,
    '{ account: "333333333333", name: "shop-*", email: "*@example.com", ou: "/Workloads/**", tags["owner"]: "me", tags["stage"]: "prod", joined.after: "2026-01-31", joined.before: "2026-02-01T00:00:00Z", joinedMethod: "INVITED" }',
  ],
  [{ name: 'a" }, { name: "b' }, '{ name: "a\\" }, { name: \\"b" }'],
  [{ name: '\u202e\u001b[31m\n' }, '{ name: "\\u202e\\u001b[31m\\n" }'],
  [{ tags: { 'a"]: "b", tags["c': '' } }, '{ tags["a\\"]: \\"b\\", tags[\\"c"]: "" }'],
];
for (const [selector, text] of FORMATTED) {
  test(`formatSelector writes ${text}`, () => {
    assert.equal(formatSelector(selector), text);
  });
}

test('formatSelector does not depend on the order of keys and tags', () => {
  const reversed = Object.fromEntries(Object.entries(EVERYTHING).reverse());
  assert.equal(
    formatSelector({ ...reversed, tags: { owner: 'me', stage: 'prod' } }),
    formatSelector(EVERYTHING),
  );
});

test('widerSelectors gives the selector itself first, then all with fewer conditions', () => {
  const wider = [...widerSelectors({ ou: '/A', tags: { x: '1', y: '2' } })];
  assert.equal(wider[0], '{ ou: "/A", tags["x"]: "1", tags["y"]: "2" }');
  assert.deepEqual(wider.slice(1).sort(), [
    '{ ou: "/A" }',
    '{ ou: "/A", tags["x"]: "1" }',
    '{ ou: "/A", tags["y"]: "2" }',
    '{ tags["x"]: "1" }',
    '{ tags["x"]: "1", tags["y"]: "2" }',
    '{ tags["y"]: "2" }',
  ]);
});

test('widerSelectors tries no subsets of a selector with very many conditions', () => {
  const tags = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`tag${index}`, 'x']));
  assert.equal([...widerSelectors({ tags })].length, 1);
});
