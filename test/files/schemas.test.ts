import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DELETION_KINDS, TARGET_KINDS } from '../../src/core/action/action.js';
import { CREDENTIAL_KINDS, IDENTIFIED_KINDS, SHOWN_KINDS } from '../../src/core/action/credentials.js';
import { FINDING_CODES, FINDINGS } from '../../src/core/policy/findings.js';
import { DEFAULT_FINDINGS } from '../../src/core/policy/policy.js';
import { parsePolicy } from '../../src/files/policy/policy.js';
import { isDate, isInstant } from '../../src/files/schema/calendar.js';

type Json = { readonly [key: string]: unknown };

const read = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../../schemas/${name}`, import.meta.url), 'utf8'));

const makeAjv = () =>
  new Ajv2020({
    strict: true,
    strictRequired: false,
    formats: { date: isDate, 'date-time': isInstant },
    keywords: ['errorMessage'],
  });

/** Every schema within a schema that is a property, with its path. */
function* properties(schema: unknown, path: string): Generator<[path: string, schema: Json]> {
  if (typeof schema !== 'object' || schema === null) return;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') {
      for (const [name, property] of Object.entries(value as Json))
        yield [`${path}/${name}`, property as Json];
    }
    if (!['default', 'examples', 'const', 'enum'].includes(key)) yield* properties(value, `${path}/${key}`);
  }
}

for (const name of ['policy.schema.json', 'trust.schema.json', 'organizations.schema.json']) {
  const schema = read(name);

  test(`${name} is a valid schema of draft 2020-12`, () => {
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    assert.equal(schema.$id, name);
    const ajv = makeAjv();
    assert.ok(ajv.validateSchema(schema), JSON.stringify(ajv.errors));
  });

  test(`${name} describes every property`, () => {
    const target = (property: Json): Json => {
      if (typeof property.$ref !== 'string') return property;
      const definition = (schema.$defs as Json)[property.$ref.replace('#/$defs/', '')] as Json;
      return { ...definition, ...property };
    };
    for (const [path, property] of properties(schema, '')) {
      const { title, description } = target(property);
      assert.ok(typeof title === 'string' && title !== '', `${path} has no title`);
      assert.ok(typeof description === 'string' && description !== '', `${path} has no description`);
    }
  });

  test(`${name} accepts its own examples and defaults`, () => {
    const ajv = makeAjv();
    ajv.addSchema(schema);
    const check = (value: unknown, at: Json, path: string) => {
      const validate = makeAjv().compile({ $defs: schema.$defs, ...at });
      assert.ok(validate(value), `${path}: ${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`);
    };
    let checked = 0;
    for (const [path, property] of properties(schema, '')) {
      const { examples = [], default: fallback, ...at } = property;
      for (const value of [...(examples as unknown[]), ...(fallback === undefined ? [] : [fallback])]) {
        check(value, at, path);
        checked += 1;
      }
    }
    assert.ok(checked > 0);
  });
}

test('policy.schema.json states the defaults that parsePolicy uses', () => {
  const defaultOf = (name: string) => ((read('policy.schema.json').properties as Json)[name] as Json).default;
  const written = [
    'exclude',
    'delete',
    'guards',
    'waivers',
    'findings',
    'blocking',
    'limits',
    'expiresAfter',
    'rollout',
  ].map((name) => `${name}: ${JSON.stringify(defaultOf(name))}\n`);
  assert.deepEqual(
    parsePolicy(['version: 1\n', ...written].join(''), 'policy.yaml'),
    parsePolicy('version: 1\n', 'policy.yaml'),
  );
});

test('policy.schema.json states the default of each finding and of the parts of rollout', () => {
  const { findings, rollout } = read('policy.schema.json').properties as Record<string, { properties: Json }>;
  const defaults = (part: { properties: Json } | undefined) =>
    Object.entries(part?.properties ?? {}).map(([key, value]) => [key, (value as Json).default]);
  const text = JSON.stringify({
    version: 1,
    findings: Object.fromEntries(defaults(findings)),
    rollout: Object.fromEntries(defaults(rollout)),
  });
  assert.deepEqual(parsePolicy(text, 'policy.yaml'), parsePolicy('version: 1\n', 'policy.yaml'));
});

test('policy.schema.json states the default of the guard of access keys', () => {
  const { guards } = read('policy.schema.json').properties as Record<string, { properties: Json }>;
  const guard = guards?.properties['access-key'] as { properties: Record<string, Json> } | undefined;
  const text = JSON.stringify({
    version: 1,
    guards: { 'access-key': { unusedFor: guard?.properties.unusedFor?.default } },
  });
  assert.deepEqual(parsePolicy(text, 'policy.yaml'), parsePolicy('version: 1\n', 'policy.yaml'));
});

/** `UPDATE_EXAMPLES=1` writes what the code says of findings, actions and credentials into the schemas. */
const UPDATE = process.env.UPDATE_EXAMPLES !== undefined;

/** What a schema says where the code says it too. */
function assertSchema(name: string, change: (schema: { [key: string]: unknown }) => void): void {
  const changed = { ...structuredClone(read(name)) };
  change(changed);
  if (UPDATE) {
    const path = fileURLToPath(new URL(`../../../schemas/${name}`, import.meta.url));
    writeFileSync(path, JSON.stringify(changed));
    execFileSync('npx', ['biome', 'format', '--write', path], { stdio: 'ignore' });
  }
  assert.deepEqual(read(name), changed, 'write it again: UPDATE_EXAMPLES=1 npm test');
}

test('the schemas know exactly the findings that there are, and say of them what the code says', () => {
  assertSchema('policy.schema.json', ({ properties }) => {
    const { findings } = properties as Record<string, { properties: Readonly<Record<string, Json>> }>;
    assert.ok(findings !== undefined);
    const { properties: known } = findings;
    findings.properties = Object.fromEntries(
      FINDING_CODES.map((code) => {
        const { severity, condition: description } = FINDINGS[code];
        const { severity: severities, unmatched } = DEFAULT_FINDINGS;
        const by = code === 'selector-unmatched' ? unmatched : severities[code];
        assert.equal(code === 'selector-unmatched' ? unmatched.exclude : by, severity);
        const row = known[code] ?? { $ref: '#/$defs/severity' };
        return [code, { ...row, description, default: by }];
      }),
    );
  });
  assertSchema('plan.schema.json', ({ $defs }) => {
    const { finding } = $defs as { finding: { properties: { code: Json } } };
    finding.properties.code = { enum: [...FINDING_CODES] };
  });
});

/** Lists of kinds in a schema, by a member that only they have; the first that fits counts. */
const KIND_LISTS: readonly (readonly [
  marker: string,
  without: string | undefined,
  kinds: readonly string[],
])[] = [
  ['bucket', 'access-key', TARGET_KINDS.slice(CREDENTIAL_KINDS.length)],
  ['bucket', undefined, TARGET_KINDS],
  ['access-key', 'password', IDENTIFIED_KINDS],
  ['access-key', undefined, CREDENTIAL_KINDS],
  ['delete-access-key', undefined, DELETION_KINDS],
];

function writeKinds(value: unknown): unknown {
  if (Array.isArray(value)) {
    const known = [...TARGET_KINDS, ...DELETION_KINDS] as readonly unknown[];
    const list = KIND_LISTS.find(
      ([marker, without]) => value.includes(marker) && (without === undefined || !value.includes(without)),
    );
    return list !== undefined && value.every((it) => known.includes(it)) && value.length > 1
      ? [...list[2]]
      : value.map(writeKinds);
  }
  if (typeof value !== 'object' || value === null) return value;
  const { 'access-key': counted } = value as Json;
  const isCounts = (counted as Json | undefined)?.type === 'integer';
  return isCounts
    ? Object.fromEntries(CREDENTIAL_KINDS.map((kind) => [kind, counted]))
    : Object.fromEntries(Object.entries(value).map(([key, it]) => [key, writeKinds(it)]));
}

test('the schemas know exactly the kinds of credentials and actions that there are', () => {
  for (const name of ['plan.schema.json', 'audit.schema.json', 'receipt.schema.json']) {
    assertSchema(name, (schema) => {
      Object.assign(schema, writeKinds(schema));
    });
  }
  assertSchema('policy.schema.json', ({ properties }) => {
    const { delete: deleted } = properties as { delete: { items: { enum: readonly string[] } } };
    deleted.items.enum = SHOWN_KINDS;
  });
});
