/**
 * Files of nothing but mistakes are refused in work that grows as they do (promise 15). What is counted is what grew
 * with the square of a file once: values that a schema's validator reads, and the work of `counted-work.ts`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTrust } from '../../src/files/keys/trust.js';
import { parseOrganizations } from '../../src/files/policy/organizations.js';
import { parsePolicy } from '../../src/files/policy/policy.js';
import { validateAgainst } from '../../src/files/schema/schema.js';
import type { SchemaName } from '../../src/files/schema/schema-names.js';
import { parseYaml } from '../../src/files/yaml/yaml-file.js';
import { assertLinear, countWork, SIZES } from './counted-work.js';
import { refusalOf } from './refusal.js';

const repeat = (times: number, line: (index: number) => string) =>
  Array.from({ length: times }, (_, i) => line(i)).join('');

/** A policy of so many mistakes. */
const POLICIES: readonly [what: string, make: (times: number) => string][] = [
  ['unknown keys', (times) => `version: 1\n${repeat(times, (i) => `k${i}: 1\n`)}`],
  ['keys given twice', (times) => `version: 1\n${repeat(times, () => 'version: 1\n')}`],
  [
    'unknown keys of a selector',
    (times) => `version: 1\ninclude:\n  - name: a\n${repeat(times, (i) => `    k${i}: 1\n`)}`,
  ],
  ['empty selectors', (times) => `version: 1\ninclude: [${repeat(times, () => '{},')}]\n`],
  ['numbers for selectors', (times) => `version: 1\ninclude: [${repeat(times, () => '1,')}]\n`],
  ['mistyped exclusions', (times) => `version: 1\nexclude:\n${repeat(times, () => '- nam: 1\n')}`],
  ['names that are lists', (times) => `version: 1\ninclude:\n${repeat(times, () => '- name: [1]\n')}`],
  ['kinds that there are not', (times) => `version: 1\ndelete: [${repeat(times, (i) => `a${i},`)}]\n`],
  ['kinds that are mappings', (times) => `version: 1\ndelete: [${repeat(times, (i) => `{ a: ${i} },`)}]\n`],
  [
    'tags that are numbers',
    (times) => `version: 1\ninclude:\n- tags:\n${repeat(times, (i) => `   t${i}: 1\n`)}`,
  ],
  ['waves that are words', (times) => `version: 1\nrollout: { waves: [${repeat(times, () => 'a,')}] }\n`],
  ['paths with stars in names', (times) => `version: 1\ninclude:\n${repeat(times, () => '- ou: /a**\n')}`],
];

const KEY = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
const ENTRY = '- { name: a, organization: o-exampleorgid, profile: p, policy: p.yaml, plan: a.plan.yaml }\n';

/** Values that are read of a file's value while it is checked against a schema. */
function countReads(schema: SchemaName, text: string): number {
  const file = parseYaml(text, 'file.yaml', { code: 'POLICY_INVALID' });
  let reads = 0;
  const proxies = new WeakMap<object, object>();
  const watch = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const proxy =
      proxies.get(value) ??
      new Proxy(value, {
        get: (target, key) => {
          reads += 1;
          return watch(Reflect.get(target, key));
        },
      });
    proxies.set(value, proxy);
    return proxy;
  };
  refusalOf(() =>
    validateAgainst(schema, { ...file, value: watch(file.value) }, 'file.yaml', { code: 'POLICY_INVALID' }),
  );
  return reads;
}

for (const [what, make] of POLICIES) {
  const refuse = (times: number) => refusalOf(() => parsePolicy(make(times), 'policy.yaml'));

  test(`parsePolicy refuses ${what} with the first twenty and the number of the others`, () => {
    const [code, ...lines] = refuse(3000).split('\n');
    assert.equal(code, 'POLICY_INVALID');
    assert.equal(lines.length, 21);
    assert.match(lines.at(-1) ?? '', /^policy\.yaml: and \d,\d{3} more problems$/);
  });

  test(`parsePolicy searches and copies in proportion to a policy of ${what}`, () => {
    assertLinear(SIZES.map((times) => countWork(() => refuse(times))));
  });
}

for (const [what, make] of POLICIES.filter(([name]) => name !== 'keys given twice')) {
  test(`a schema's validator reads values in proportion to a policy of ${what}`, () => {
    assertLinear(SIZES.map((times) => countReads('policy.schema.json', make(times))));
  });
}

test('parseTrust searches in proportion to a trust file of one key under many names', () => {
  const make = (times: number) =>
    `version: 1\nthreshold: { planner: 1 }\nkeys:\n${repeat(times, (i) => `- { name: n${i}, publicKey: ${KEY}, roles: [planner] }\n`)}`;
  const refuse = (times: number) => refusalOf(() => parseTrust(make(times), 'trust.yaml'));
  assert.match(refuse(3), /is the key of "n0" once more/);
  assertLinear(SIZES.map((times) => countWork(() => refuse(times))));
});

test('parseOrganizations searches in proportion to a list of one organization over and over', () => {
  const make = (times: number) => `version: 1\norganizations:\n${ENTRY.repeat(times)}`;
  const refuse = (times: number) => refusalOf(() => parseOrganizations(make(times), 'list.yaml'));
  assert.match(refuse(3), /like that of organizations\[0\]/);
  assertLinear(SIZES.map((times) => countWork(() => refuse(times))));
});

test('parsePolicy refuses a policy of nothing but syntax errors with the first of them', () => {
  const refusal = refusalOf(() =>
    parsePolicy(`version: 1\ninclude: [${','.repeat(150_000)}]\n`, 'policy.yaml'),
  );
  assert.match(refusal, /^POLICY_INVALID\npolicy\.yaml:2:12: not valid YAML: [^\n]+$/);
});

test('parsePolicy writes no endless line about waves that do not grow', () => {
  const waves = repeat(5000, (i) => `${9999 - i},`);
  const refusal = refusalOf(() => parsePolicy(`version: 1\nrollout: { waves: [${waves}] }\n`, 'policy.yaml'));
  assert.ok(refusal.length < 200, refusal);
});
