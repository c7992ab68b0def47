import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';

type Json = Readonly<Record<string, unknown>>;

const schema: Json = JSON.parse(
  readFileSync(new URL('../../../schemas/scenario.schema.json', import.meta.url), 'utf8'),
);

/** Every schema of a member within a schema, with its path. */
function* members(value: unknown, path: string): Generator<[path: string, member: Json]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === 'properties') {
      for (const [name, member] of Object.entries(child)) yield [`${path}/${name}`, member as Json];
    }
    yield* members(child, `${path}/${key}`);
  }
}

test('scenario.schema.json is a strict schema of draft 2020-12', () => {
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    discriminator: true,
  });
  ajv.addKeyword('errorMessage');
  ajv.compile(schema);
});

test('scenario.schema.json describes every member', () => {
  for (const [path, member] of members(schema, '')) {
    const ref = String(member.$ref ?? '').replace('#/$defs/', '');
    const target = (schema.$defs as Readonly<Record<string, Json>>)[ref];
    assert.ok(member.title, `${path} has no title`);
    assert.ok(member.description ?? target?.description, `${path} has no description`);
  }
});
