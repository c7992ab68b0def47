import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseYaml } from '../../../src/files/yaml/yaml-file.js';
import { assertLinear, countWork, SIZES } from '../counted-work.js';
import { lines, refusalOf } from '../refusal.js';

const parse = (text: string) => parseYaml(text, 'a.yaml', { code: 'POLICY_INVALID' });
const TAGS = 'tags are not allowed; put a text that starts with "!" in quotes';

const REFUSED: readonly [name: string, text: string, ...problems: string[]][] = [
  ['an empty file', '', 'a.yaml:1:1: the file is empty'],
  ['a file of comments', '# nothing\n', 'a.yaml:1:1: the file is empty'],
  ['a file of a document start', '---\n', 'a.yaml:1:1: the file is empty'],
  ['an anchor', 'a: &x 1\n', 'a.yaml:1:4: anchors are not allowed; remove "&x"'],
  ['an anchor on a key', '&x a: 1\n', 'a.yaml:1:1: anchors are not allowed; remove "&x"'],
  ['an anchor without a value', 'a: &x\n', 'a.yaml:1:4: anchors are not allowed; remove "&x"'],
  [
    'an alias',
    lines('a: &x [1]', 'b: *x'),
    'a.yaml:1:4: anchors are not allowed; remove "&x"',
    'a.yaml:2:4: aliases are not allowed; write out what "*x" stands for',
  ],
  [
    'an alias as a key',
    lines('? *x', ': 1'),
    'a.yaml:1:3: aliases are not allowed; write out what "*x" stands for',
  ],
  ['a merge key', '<<: { a: 1 }\n', 'a.yaml:1:1: merge keys are not allowed; write the keys out'],
  ['a core tag', 'a: !!int 1\n', `a.yaml:1:4: ${TAGS}`],
  ['a local tag', 'a: !x 1\n', `a.yaml:1:4: ${TAGS}`],
  ['a non-specific tag', 'a: ! 1\n', `a.yaml:1:4: ${TAGS}`],
  ['a verbatim tag', 'a: !<tag:yaml.org,2002:str> 1\n', `a.yaml:1:4: ${TAGS}`],
  ['a tag of an undeclared handle', 'a: !e!x 1\n', `a.yaml:1:4: ${TAGS}`],
  ['a tag on a list', 'a: !x [1]\n', `a.yaml:1:4: ${TAGS}`],
  ['a tag on a mapping', lines('a: !!map', '  b: 1'), `a.yaml:1:4: ${TAGS}`],
  ['a tag on a key', '!!str a: 1\n', `a.yaml:1:1: ${TAGS}`],
  [
    'a %YAML directive',
    lines('%YAML 1.2', '---', 'a: 1'),
    'a.yaml:1:1: directives are not allowed; remove "%YAML 1.2"',
  ],
  [
    'a %TAG directive',
    lines('# first', '%TAG ! tag:example.com,2000:', '---', 'a: 1'),
    'a.yaml:2:1: directives are not allowed; remove "%TAG ! tag:example.com,2000:"',
  ],
  [
    'an unknown directive',
    lines('%FOO', '---', 'a: 1'),
    'a.yaml:1:1: directives are not allowed; remove "%FOO"',
  ],
  [
    'a second document',
    lines('a: 1', '---', 'a: 2'),
    'a.yaml:2:1: a second document starts here; a file holds one',
  ],
  [
    'a second document after an end mark',
    lines('a: 1', '...', 'a: 2'),
    'a.yaml:3:1: a second document starts here; a file holds one',
  ],
  [
    'an empty second document',
    lines('a: 1', '---'),
    'a.yaml:2:1: a second document starts here; a file holds one',
  ],
  ['a duplicate key', lines('a: 1', 'b: 2', 'a: 3'), 'a.yaml:3:1: duplicate key "a"; the first is on line 1'],
  [
    'a duplicate key in other quotes',
    '{ a: 1, "a": 2 }\n',
    'a.yaml:1:9: duplicate key "a"; the first is on line 1',
  ],
  [
    'a number as a key',
    'tags: { 12: x }\n',
    'a.yaml:1:9: YAML does not read this key as text; write it in quotes: "12"',
  ],
  ['null as a key', '~: x\n', 'a.yaml:1:1: YAML does not read this key as text; write it in quotes: "~"'],
  ['no text as a key', ': x\n', 'a.yaml:1:1: YAML does not read this key as text; write it in quotes: ""'],
  ['a list as a key', lines('? [a]', ': x'), 'a.yaml:1:3: a key is a text, not a list or a mapping'],
  [
    'tabs as indentation',
    lines('a:', '\tb: 1'),
    'a.yaml:2:1: tabs are not allowed as indentation; use spaces',
  ],
  [
    'an unclosed list',
    lines('a: [', 'b: 1'),
    'a.yaml:2:1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['an unclosed quote', 'a: "b\n', 'a.yaml:2:1: not valid YAML: Missing closing "quote'],
  [
    'only the first of several syntax errors',
    lines('a: b: c', 'a: [', 'd: }'),
    'a.yaml:1:4: not valid YAML: Nested mappings are not allowed in compact mappings',
  ],
  [
    'several things at once, in the order of the file',
    lines('a: *x', 'a: !x 1', '2: b'),
    'a.yaml:1:4: aliases are not allowed; write out what "*x" stands for',
    'a.yaml:2:1: duplicate key "a"; the first is on line 1',
    `a.yaml:2:4: ${TAGS}`,
    'a.yaml:3:1: YAML does not read this key as text; write it in quotes: "2"',
  ],
];

for (const [name, text, ...problems] of REFUSED) {
  test(`parseYaml refuses ${name}`, () => {
    assert.equal(
      refusalOf(() => parse(text)),
      ['POLICY_INVALID', ...problems].join('\n'),
    );
  });
}

test('parseYaml refuses with the code that it is given', () => {
  const refusal = refusalOf(() => parseYaml('', 'trust.yaml', { code: 'TRUST_INVALID' }));
  assert.equal(refusal, 'TRUST_INVALID\ntrust.yaml:1:1: the file is empty');
});

test('parseYaml shows twenty problems and counts the others', () => {
  const refusal = refusalOf(() => parse('- !x 1\n'.repeat(23))).split('\n');
  assert.equal(refusal.length, 1 + 20 + 1);
  assert.equal(refusal.at(-1), 'a.yaml: and 3 more problems');
});

test('parseYaml makes hostile text in its problems visible', () => {
  assert.equal(
    refusalOf(() => parse('a: 1\n"a\\u202e\\e[2J": 1\n"a\\u202e\\e[2J": 1\n')),
    'POLICY_INVALID\na.yaml:3:1: duplicate key "a\\u202e\\u001b[2J"; the first is on line 2',
  );
  assert.equal(
    refusalOf(() => parse('a: |\u202e\n  b\n')),
    'POLICY_INVALID\na.yaml:1:5: not valid YAML: Block scalar header includes extra characters: |\\u{202e}',
  );
});

test('parseYaml keeps quotes of long text short', () => {
  const key = 'k'.repeat(100_000);
  assert.ok(refusalOf(() => parse(`? ${key}\n: 1\n? ${key}\n: 2\n`)).length < 200);
});

test('parseYaml reads plain YAML 1.2 of the core schema', () => {
  const text = lines(
    '---',
    '# a comment',
    'text: yes',
    "quoted: '1'",
    'number: 012',
    'date: 2027-03-31',
    'percent: 25%',
    'truth: [true, False, null, ~]',
    'block: |',
    '  two',
    '  lines',
    'empty:',
    '...',
  );
  assert.deepEqual(parse(text).value, {
    text: 'yes',
    quoted: '1',
    number: 12,
    date: '2027-03-31',
    percent: '25%',
    truth: [true, false, null, null],
    block: 'two\nlines\n',
    empty: null,
  });
});

test('parseYaml reads a quoted "<<" and "__proto__" as keys like any other', () => {
  const { value } = parse('{ "<<": 1, __proto__: { polluted: true } }');
  assert.deepEqual(Object.keys(value as object), ['<<', '__proto__']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal((value as { polluted?: boolean }).polluted, undefined);
});

test('parseYaml reads a byte order mark and CRLF, and counts lines across them', () => {
  const file = parse('\ufeffa: 1\r\nb: 2\r\n');
  assert.deepEqual(file.value, { a: 1, b: 2 });
  assert.deepEqual(file.locate(['b']), { line: 2, column: 4 });
});

test('YamlFile locates values and keys, and the nearest value above what is not there', () => {
  const file = parse(lines('a: 1', 'list:', '  - name: x', '  - { name: y }', 'none:'));
  assert.deepEqual(file.locate([]), { line: 1, column: 1 });
  assert.deepEqual(file.locate(['list', 0]), { line: 3, column: 5 });
  assert.deepEqual(file.locate(['list', 0, 'name']), { line: 3, column: 11 });
  assert.deepEqual(file.locateKey(['list', 0, 'name']), { line: 3, column: 5 });
  assert.deepEqual(file.locate(['list', 1, 'missing', 'more']), { line: 4, column: 5 });
  assert.deepEqual(file.locate(['list', 7]), { line: 3, column: 3 });
  assert.deepEqual(file.locateKey(['none']), { line: 5, column: 1 });
});

test('YamlFile spells scalars as the file does', () => {
  const file = parse('a: 012345678901\nb: "x"\nc: [1]\n');
  assert.equal(file.spell(['a']), '012345678901');
  assert.equal(file.spell(['b']), 'x');
  assert.equal(file.spell(['c']), undefined);
});

const BOMBS: readonly [name: string, text: string, refusal: RegExp][] = [
  ['brackets', '['.repeat(200_000), /^a\.yaml:1:65: nested more than 64 levels deep$/],
  ['closed brackets', '['.repeat(9_000) + ']'.repeat(9_000), /nested more than 64 levels deep$/],
  ['braces', '{a: '.repeat(50_000), /nested more than 64 levels deep$/],
  ['dashes', '- '.repeat(100_000), /nested more than 64 levels deep$/],
  ['question marks', '? '.repeat(100_000), /nested more than 64 levels deep$/],
  ['errors', '}'.repeat(200_000), /Unexpected flow-map-end token/],
  ['directives', '%TAG ! a\n'.repeat(50_000), /directives are not allowed/],
  ['documents', '---\n'.repeat(50_000), /a second document starts here/],
];
for (const [name, text, expected] of BOMBS) {
  test(`parseYaml refuses a bomb of ${name} at once`, () => {
    const [, problem = ''] = refusalOf(() => parse(text)).split('\n');
    assert.match(problem, expected);
  });
}

test('parseYaml tells the error that led to too deep a nesting', () => {
  assert.equal(
    refusalOf(() => parse('a: b: c\n'.repeat(100))),
    'POLICY_INVALID\na.yaml:1:4: not valid YAML: Nested mappings are not allowed in compact mappings',
  );
});

test('parseYaml reads 63 levels', () => {
  assert.notEqual(parse(`${'['.repeat(63)}${']'.repeat(63)}`).value, undefined);
});

test('parseYaml reads huge scalars and many keys in proportion to their length', () => {
  const make = (times: number) => {
    const keys = Array.from({ length: times }, (_, index) => `k${index}: 1\n`).join('');
    return `plain: ${'x'.repeat(50 * times)}\nquoted: "${'\\n'.repeat(25 * times)}"\n${keys}`;
  };
  const count = (times: number) => {
    const text = make(times);
    return countWork(() => assert.equal(Object.keys(parse(text).value as object).length, times + 2));
  };
  assertLinear(SIZES.map(count));
  assert.ok(count(20_000) > 0);
});

for (const [what, part] of [
  ['errors', '}'],
  ['directives', '%TAG ! a\n'],
  ['documents', '---\n'],
] as const) {
  test(`parseYaml refuses ${what} in proportion to their number`, () => {
    assertLinear(
      SIZES.map((times) => {
        const text = part.repeat(times);
        return countWork(() =>
          assert.notEqual(
            refusalOf(() => parse(text)),
            'accepted',
          ),
        );
      }),
    );
  });
}
