import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { emitYaml, spellText } from '../../../src/files/yaml/emit-yaml.js';

const inBlock = () => false;
const onOneLine = () => true;

const PLAIN = [
  'shop',
  'Break-glass account until the Q1 audit',
  '/Workloads/Prod',
  'ou-ab12-11111111',
  '2026-11-23T09:00:00Z',
  '2026-11-23',
  'arn:aws:iam::333333333333:mfa/root-account-mfa-device',
  '00000000-0000-4000-8000-000000000001',
  'a1b2c3',
  'someone+tag@example.com',
];
for (const text of PLAIN) test(`spellText writes ${text} plainly`, () => assert.equal(spellText(text), text));

const QUOTED = [
  '',
  ' ',
  'a ',
  ' a',
  'a  b',
  'null',
  'True',
  'no',
  '12',
  '012345678901',
  '1e5',
  '1.5',
  '0x1f',
  '0o17',
  '1_000',
  '12:30:45',
  '.inf',
  '~',
  '-',
  '- a',
  '-a',
  '? a',
  'a: b',
  'a:',
  'a #b',
  '#a',
  '&a',
  '*a',
  '!a',
  '%a',
  '@a',
  '`a`',
  "a'b",
  'a"b',
  'a\\b',
  '[a]',
  '{a}',
  'a, b',
  'a|b',
  '---',
  '...',
  'a\tb',
];
for (const text of QUOTED) {
  test(`spellText writes ${JSON.stringify(text)} in double quotes`, () => {
    assert.equal(spellText(text), JSON.stringify(text));
  });
}

test('emitYaml lays blocks, lists and lines out', () => {
  const value = {
    version: 1,
    good: true,
    empty: [],
    none: {},
    list: ['a', 'b'],
    accounts: [
      { id: '012', parents: ['r-1', 'ou-1'], tags: {} },
      { id: '013', observed: { kind: 'audited', credentials: [{ kind: 'password' }] } },
    ],
  };
  const isOneLine = (path: string) => /parents$|credentials\.\*$/.test(path);
  assert.equal(
    String(emitYaml(value, { isOneLine })),
    `version: 1
good: true
empty: []
none: {}
list:
  - a
  - b
accounts:
  - id: "012"
    parents: [ r-1, ou-1 ]
    tags: {}
  - id: "013"
    observed:
      kind: audited
      credentials:
        - { kind: password }
`,
  );
});

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...'aN0123456789eExX.:-+_ #,&*!|>%@`"\'[]{}?/~=\n\t') }),
  fc.constantFrom(...QUOTED, ...PLAIN),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const roots = fc.dictionary(text, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

for (const [what, isOneLine] of [
  ['in blocks', inBlock],
  ['on lines', onOneLine],
  ['in both', (path: string) => path.length % 2 === 0],
] as const) {
  test(`the YAML library reads back what emitYaml wrote ${what}`, () => {
    fc.assert(
      fc.property(roots, (root) => {
        const written = String(emitYaml(root, { isOneLine }));
        assert.deepEqual(parse(written, { version: '1.2', uniqueKeys: false }), root, written);
      }),
      { numRuns: 500 },
    );
  });
}

test('the YAML library reads back what emitYaml wrote in lines of its own where that misleads nobody', () => {
  let asIs = 0;
  const lines = fc
    .array(
      fc.oneof(text, fc.constantFrom('', '{', '  "Effect": "Deny",', '\t"a"', '}', ' ', '# a', '---', '...')),
    )
    .map((all) => all.join('\n'));
  fc.assert(
    fc.property(fc.oneof(lines, text), roots, (document, root) => {
      const whole = { list: [{ document, other: root }, document], document, end: 1 };
      const written = String(
        emitYaml(whole, { isOneLine: inBlock, isAsIs: (path) => /document$|^list\.\*$/.test(path) }),
      );
      if (written.includes('document: |')) asIs += 1;
      assert.deepEqual(parse(written, { version: '1.2', uniqueKeys: false }), whole, written);
    }),
    { numRuns: 2000 },
  );
  assert.ok(asIs > 0);
});

test('emitYaml writes a text as it is only where every reader sees what it holds', () => {
  const write = (it: string) =>
    String(
      emitYaml({ a: { document: it } }, { isOneLine: inBlock, isAsIs: (path) => path === 'a.document' }),
    );
  const AS_IS: [string, string][] = [
    ['{"a":"b"}', '|-\n    {"a":"b"}'],
    ['{\n  "a": "b"\n}\n', '|\n    {\n      "a": "b"\n    }'],
    ['{\n\n\t"a:: #b": 1}', '|-\n    {\n\n    \t"a:: #b": 1}'],
  ];
  for (const [it, spelled] of AS_IS) assert.equal(write(it), `a:\n  document: ${spelled}\n`);
  for (const it of [
    '',
    '\n',
    ' {}',
    '\n{}',
    '{}\n\n',
    '{} ',
    '{\n  \n}',
    '{ \n}',
    '{\t\n}',
    '{\r\n}',
    '{\u202e}',
    '{\u001b[31m}',
    '{\u00a0}',
    '::add-mask::x',
    '{\n  ::stop-commands::x\n}',
    '{\n##vso[task.setvariable]x\n}',
    '{ ##[error]x }',
  ]) {
    assert.match(write(it), /^a:\n {2}document: "[^\n]*"\n$/, it);
  }
});

for (const number of [
  'E3',
  'e6',
  '1_.',
  '1_.5',
  '3_:5',
  '1:2.5_',
  '12e5',
  '1.e+3',
  '0b1_0',
  '0x_1',
  '1_000.5e+3',
]) {
  test(`spellText quotes ${number}, which readers of YAML 1.1 take for a number`, () => {
    assert.equal(spellText(number), `"${number}"`);
  });
}

test('readers of YAML 1.1 take every text but dates for text, too', () => {
  fc.assert(
    fc.property(text, (it) => {
      fc.pre(!/^\d{4}-\d\d?-\d\d?/.test(it));
      assert.deepEqual(parse(`a: ${spellText(it)}\n`, { version: '1.1' }), { a: it });
    }),
    { numRuns: 2000 },
  );
});
