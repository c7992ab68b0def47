import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TARGET_KINDS } from '../../../src/core/action/action.js';
import { PLAN_KINDS } from '../../../src/core/action/plan-kind.js';
import type { RunStarted } from '../../../src/core/apply/journal.js';
import { AFTERS, foldReceipt, OUTCOMES } from '../../../src/core/apply/receipt.js';
import { emitReceipt, parseReceipt } from '../../../src/files/plan/receipt.js';
import { placedIntended, placedProven } from '../../core/apply/journal-records.js';
import { assertRefused, MEMBER, SHA256 } from '../../core/fixtures.js';

const SCHEMA = fileURLToPath(new URL('../../../../schemas/receipt.schema.json', import.meta.url));
const START: RunStarted = {
  type: 'run-started',
  at: '2026-11-23T09:00:00Z',
  run: '00000000-0000-4000-8000-000000000001',
  plan: '00000000-0000-4000-8000-000000000000',
  digest: SHA256,
  created: '2026-11-23T09:00:00Z',
  organization: 'o-exampleorgid',
  kind: 'sweep',
  policy: SHA256,
  signers: [],
  caller: 'me: "\u202e"',
  tool: 'rootsweep',
  host: '012',
  pid: 1,
  operator: { name: 'operator', keyid: SHA256, algorithm: 'ed25519' },
};
const RECEIPT = foldReceipt(
  START,
  [
    START,
    {
      type: 'account-listed',
      at: START.at,
      account: MEMBER,
      name: 'a\n---\nb',
      credentials: [{ kind: 'password', created: 'x', lastUsed: { kind: 'never' } }],
    },
    {
      type: 'account-ended',
      at: START.at,
      account: MEMBER,
      name: 'a\n---\nb',
      outcome: 'drifted',
      drift: { planned: ['name: a'], found: [] },
    },
  ],
  { sha256: SHA256, lines: 3, tornBytes: 0 },
);
const BODY = emitReceipt(RECEIPT).toString();
const parse = (text: string) => parseReceipt(Buffer.from(text), 'a.receipt.yaml');

test('receipt.schema.json is a valid schema of draft 2020-12', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  assert.ok(ajv.validateSchema(JSON.parse(readFileSync(SCHEMA, 'utf8'))), JSON.stringify(ajv.errors));
});

test('emitReceipt says first what the file is, and shows nothing that a reader cannot see', () => {
  assert.match(BODY, /^type: receipt\nversion: 1\n/);
  assert.ok(BODY.includes('caller: "me: \\"\\u202e\\""\n'));
  assert.doesNotMatch(BODY, /^---/m);
});

test('parseReceipt reads back what emitReceipt wrote', () => {
  const { type, ...read } = parse(BODY) as unknown as Record<string, unknown>;
  assert.equal(type, 'receipt');
  assert.deepEqual(read, RECEIPT);
});

test('emitReceipt writes policies as they are, and parseReceipt reads a receipt of many', () => {
  const policy = `{\n${Array.from({ length: 200 }, (_, index) => `  "key ${index}": "${'x'.repeat(60)}"`).join(',\n')}\n}\n`;
  const start = { ...START, kind: 'unlock', reason: 'locked out' } as const;
  const work = Array.from({ length: 100 }, (_, index) =>
    placedIntended(
      { account: String(index).padStart(12, '0'), kind: 'unlock-bucket', name: 'logs', region: 'eu-west-1' },
      policy,
    ),
  );
  const receipt = foldReceipt(start, [start, ...work], { sha256: SHA256, lines: 101, tornBytes: 0 });
  const body = emitReceipt(receipt);
  assert.ok(body.length > 2 ** 20);
  assert.match(body.toString(), /\n {12}standing: \|\n {14}\{\n {16}"key 0": "x+",\n/);
  assert.deepEqual(parseReceipt(body, 'a.receipt.yaml'), { type: 'receipt', ...receipt });
});

test('emitReceipt writes the date of a password without quotation marks', () => {
  const start = { ...START, kind: 'recovery', reason: 'locked out' } as const;
  const facts = { sha256: SHA256, lines: 2, tornBytes: 0 };
  const body = emitReceipt(foldReceipt(start, [start, placedProven({}, START.at)], facts)).toString();
  assert.ok(body.endsWith(`\n          standing: ${START.at}\n`), body);
});

test('receipt.schema.json names the kinds that the code knows', () => {
  const text = readFileSync(SCHEMA, 'utf8');
  const { properties, $defs } = JSON.parse(text) as {
    properties: { kind: { enum: unknown } };
    $defs: { target: { properties: { kind: { enum: unknown } } } };
  };
  assert.deepEqual(properties.kind.enum, PLAN_KINDS);
  assert.deepEqual($defs.target.properties.kind.enum, TARGET_KINDS);
  for (const counted of [OUTCOMES, AFTERS]) {
    assert.ok(text.includes(`"required": [${counted.map((it) => `"${it}"`).join(', ')}]`));
  }
});

const DRIFT = `        drift:
          planned:
            - "name: a"
          found: []
`;
const REFUSED: readonly (readonly [what: string, from: string, to: string])[] = [
  ['a comment', 'policy:', '# x\npolicy:'],
  ['another order', 'type: receipt\nversion: 1\n', 'version: 1\ntype: receipt\n'],
  ['an unknown key', 'version: 1\n', 'version: 1\nnote: x\n'],
  ['an alias', 'tool: rootsweep', 'tool: &a rootsweep'],
  ['quotes that are not needed', 'tool: rootsweep', 'tool: "rootsweep"'],
  ['an end that drifted from nothing', DRIFT, ''],
  ['an end that did not drift and differs', '        outcome: drifted\n', '        outcome: unknown\n'],
  ['what was found gone in what was left alone', DRIFT, `${DRIFT}        foundGone:\n          - password\n`],
  ['a reason to delete', 'kind: sweep\n', 'kind: sweep\nreason: x\n'],
  ['a kind of plan without its reason', 'kind: sweep\n', 'kind: recovery\n'],
  ['a kind of plan that there is not', 'kind: sweep\n', 'kind: sweeping\n'],
  ['a password with an id', '      - kind: password\n', '      - kind: password\n        id: x\n'],
  ['an access key without an id', '      - kind: password\n', '      - kind: access-key\n'],
  ['a bucket without a name', '      - kind: password\n', '      - kind: bucket\n'],
  [
    'a password in a region',
    '      - kind: password\n',
    '      - kind: password\n        name: x\n        region: x\n',
  ],
  ['a proof without a request id', '{ kind: not-attempted }', `{ kind: proven, run: 1, at: ${START.at} }`],
  [
    'a claim that its totals do not hold',
    '{ kind: not-attempted }',
    `{ kind: proven, run: 1, at: ${START.at}, requestId: x }`,
  ],
];
for (const [what, from, to] of REFUSED) {
  test(`parseReceipt refuses ${what}`, () => {
    assert.ok(BODY.includes(from));
    assertRefused('RECEIPT_INVALID', () => parse(BODY.replace(from, to)));
  });
}
