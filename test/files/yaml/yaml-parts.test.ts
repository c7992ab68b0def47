import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RootsweepError } from '../../../src/errors.js';
import { parsePlan } from '../../../src/files/plan/plan.js';
import { emitYaml } from '../../../src/files/yaml/emit-yaml.js';
import { parseYaml } from '../../../src/files/yaml/yaml-file.js';
import { parseInParts } from '../../../src/files/yaml/yaml-parts.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'a09:-# \n"\'[]{}') }),
  fc.constantFrom('\naccounts:\n  - ', '\n  - ', 'accounts:', '- a'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

for (const [what, isOneLine] of [
  ['in blocks', () => false],
  ['on lines', (path: string) => path.startsWith('accounts.*.')],
] as const) {
  test(`parseInParts reads a list ${what} as the parser of whole files does, wherever it is cut`, () => {
    let parts = 0;
    fc.assert(
      fc.property(
        fc.dictionary(text, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
        fc.array(value, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 200 }),
        (head, accounts, size) => {
          const body = String(emitYaml({ ...head, first: [1], accounts }, { isOneLine }));
          const whole = parseYaml(body, 'a.yaml', { code: 'PLAN_INVALID' }).value;
          const read = parseInParts(body, 'accounts', size);
          if (read !== undefined) parts += 1;
          // A key of its own in the head is told by whoever compares what is written again.
          if (!Object.hasOwn(head, 'accounts') && read !== undefined) assert.deepEqual(read, whole);
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(parts > 500, `${parts} were read in parts`);
  });
}

test('parseInParts leaves it to the parser of whole files to tell what is wrong', () => {
  for (const body of [
    'a: 1\n',
    'a: 1\naccounts: []\n',
    'a: 1\naccounts:\n  - b: [\n',
    'a: &x 1\naccounts:\n  - b: *x\n',
  ]) {
    assert.equal(parseInParts(body, 'accounts'), undefined, body);
  }
});

test('a plan of many parts that was changed in one of them is refused where it was changed', () => {
  const entry = (id: number) =>
    `  - { id: "${String(id).padStart(12, '0')}", decision: clean, by: summary }\n`;
  const lines = Array.from({ length: 5_000 }, (_, index) => entry(index + 1));
  lines[4_000] = lines[4_000]?.replace('clean', '*clean') ?? '';
  assert.throws(
    () => parsePlan(Buffer.from(`version: 1\naccounts:\n${lines.join('')}`), 'org.plan.yaml'),
    (error) => error instanceof RootsweepError && /^org\.plan\.yaml:4003:37: aliases /.test(error.message),
  );
});
