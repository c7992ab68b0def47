import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unitPath } from '../../../src/core/account/organization.js';
import type { Selector } from '../../../src/core/policy/policy.js';
import { type AccountFacts, compileScope, resolveScope } from '../../../src/core/policy/scope.js';
import { excludeOf, factsOf, MANAGEMENT, NOW } from '../fixtures.js';

/** Whether an exclusion with this selector protects the account. */
function excludes(selector: Selector, facts: AccountFacts): boolean {
  const rules = compileScope({ include: [], exclude: excludeOf(selector) });
  return resolveScope(rules, facts, MANAGEMENT, NOW).kind === 'excluded';
}
const at = (path: string) => factsOf({}, { unitPath: path });

const PATHS: readonly [pattern: string, matches: readonly string[], leaves: readonly string[]][] = [
  [
    '/Workloads/**',
    [
      '/Workloads',
      '/Workloads/Prod',
      '/Workloads/Prod/EU',
      '/WORKLOADS/prod',
      '/Workloads/.x',
      '/Workloads/a.b',
    ],
    ['/', '/Workloads2', '/Other/Workloads', '/Workloads%2FProd'],
  ],
  ['/Workloads/*', ['/Workloads/Prod', '/Workloads/.x'], ['/Workloads', '/Workloads/Prod/EU', '/']],
  ['/*', ['/Workloads'], ['/', '/Workloads/Prod']],
  ['/**', ['/', '/Workloads', '/Workloads/Prod/EU/A/B'], []],
  ['/', ['/'], ['/Workloads']],
  ['/**/Prod', ['/Prod', '/Workloads/Prod', '/A/B/Prod'], ['/Prod/EU', '/Workloads']],
  ['/**/Prod/**', ['/Prod', '/Prod/EU', '/A/B/Prod/C'], ['/Product']],
  ['/Workloads/*/EU', ['/Workloads/Prod/EU'], ['/Workloads/EU', '/Workloads/Prod/Sub/EU']],
  ['/Work.loads', ['/Work.loads'], ['/Workxloads']],
  ['/Workloads/{Prod,Test}', ['/Workloads/{Prod,Test}'], ['/Workloads/Prod']],
  ['/Prod (EU)/**', ['/Prod (EU)', '/Prod (EU)/x'], ['/Prod EU/x']],
  ['/?/x', ['/A/x'], ['/AB/x']],
];
for (const [pattern, matches, leaves] of PATHS) {
  for (const path of matches) {
    test(`an exclusion of ou ${pattern} protects an account when its path is ${path}`, () => {
      assert.equal(excludes({ ou: pattern }, at(path)), true);
    });
  }
  for (const path of leaves) {
    test(`an exclusion of ou ${pattern} leaves an account alone when its path is ${path}`, () => {
      assert.equal(excludes({ ou: pattern }, at(path)), false);
    });
  }
}

test('unitPath encodes a slash when an OU is called "Workloads/Prod", so that it is no path of two OUs', () => {
  const parents = ['r-exmp', 'ou-exmp-11111111'];
  const path = unitPath(parents, new Map([['ou-exmp-11111111', 'Workloads/Prod']]));
  assert.equal(path, '/Workloads%2FProd');
  assert.equal(excludes({ ou: '/Workloads/Prod' }, factsOf({ parents }, { unitPath: path ?? '' })), false);
});

const NAMES: readonly [pattern: string, name: string][] = [
  ['legacy-*', 'legacy-a/b'],
  ['legacy-*', 'legacy-/'],
  ['legacy-*', 'legacy-\nx'],
  ['legacy-*', 'legacy-\r\n'],
  ['legacy-*', 'legacy-\u2028'],
  ['legacy-*', 'legacy-\u2029x'],
  ['*-prod', '\n-prod'],
  ['*', '.'],
  ['*', '..'],
  ['..*', '..'],
  ['*', '/'],
  ['a/..*', 'a/../b'],
  ['*', '\u{1f600}'],
  ['legacy-*', 'LEGACY-x'],
  ['*', '\\'],
  ['*.prod', 'a.b.prod'],
  ['v1.2', 'v1.2'],
  ['* (legacy)', 'x (legacy)'],
  ['[prod]*', '[prod] 1'],
  ['a+b@c|d', 'a+b@c|d'],
  ['*(sandbox)*', 'x(sandbox)y'],
];
for (const [pattern, name] of NAMES) {
  test(`an exclusion of name ${pattern} protects an account when it is called ${JSON.stringify(name)}`, () => {
    assert.equal(excludes({ name: pattern }, factsOf({ name })), true);
  });
}

test('an exclamation mark at the start of a pattern stands for itself, and excludes nobody else', () => {
  assert.equal(excludes({ name: '!x' }, factsOf({ name: '!x' })), true);
  assert.equal(excludes({ name: '!x' }, factsOf({ name: 'y' })), false);
});

for (const [pattern, name] of [
  ['*(sandbox)*', 'production-payments'],
  ['[prod]*', 'dev-1'],
  ['Prod (EU)*', 'Prod EU x'],
  ['@(a|b)', 'a'],
] as const) {
  test(`a rule of name ${pattern} does not match an account called ${name}`, () => {
    assert.equal(excludes({ name: pattern }, factsOf({ name })), false);
  });
}

test('a dot of a pattern stands for itself when a name has another character there', () => {
  assert.equal(excludes({ name: 'v1.2' }, factsOf({ name: 'v1x2' })), false);
});

const hostile = fc.string({ unit: 'binary', minLength: 1 });
const unit = fc.oneof(hostile, fc.constantFrom('.', '..', '...', '%', '%2F', '\n', ' '));

test('an exclusion of name "*" protects every account, whatever it is called', () => {
  fc.assert(fc.property(hostile, (name) => excludes({ name: '*' }, factsOf({ name }))));
});

test('an exclusion of name "legacy-*" protects every account whose name starts so', () => {
  fc.assert(
    fc.property(hostile, (rest) => excludes({ name: 'legacy-*' }, factsOf({ name: `legacy-${rest}` }))),
  );
});

test('an exclusion of ou "/Workloads/**" protects every account below, whatever its OUs are called', () => {
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 4 }), (units) => {
      const ids = units.map((_, index) => `ou-exmp-${index}0000000`);
      const names = new Map([
        ['ou-exmp-workload', 'Workloads'],
        ...ids.map((id, i): [string, string] => [id, units[i] ?? '']),
      ]);
      const path = unitPath(['r-exmp', 'ou-exmp-workload', ...ids], names);
      return path !== undefined && excludes({ ou: '/Workloads/**' }, at(path));
    }),
  );
});

test('an exclusion of ou "/Workloads/**" leaves every account of another OU alone', () => {
  const other = unit.filter((name) => name.toLowerCase() !== 'workloads');
  fc.assert(
    fc.property(other, (name) => {
      const path = unitPath(['r-exmp', 'ou-exmp-11111111'], new Map([['ou-exmp-11111111', name]]));
      return path !== undefined && !excludes({ ou: '/Workloads/**' }, at(path));
    }),
  );
});
