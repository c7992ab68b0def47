import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RunStarted } from '../../src/core/journal.js';
import { foldReceipt } from '../../src/core/receipt.js';
import { emitReceipt, parseAnyReceipt } from '../../src/files/receipt.js';
import { assertRefused, MEMBER, SHA256 } from '../core/fixtures.js';

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
const parse = (text: string) => parseAnyReceipt(Buffer.from(text), 'a.receipt.yaml');

test('receipt.schema.json is a valid schema of draft 2020-12', () => {
  const path = fileURLToPath(new URL('../../../schemas/receipt.schema.json', import.meta.url));
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  assert.ok(ajv.validateSchema(JSON.parse(readFileSync(path, 'utf8'))), JSON.stringify(ajv.errors));
});

test('emitReceipt says first what the file is, and shows nothing that a reader cannot see', () => {
  assert.match(BODY, /^type: receipt\nversion: 1\n/);
  assert.ok(BODY.includes('caller: "me: \\"\\u202e\\""\n'));
  assert.doesNotMatch(BODY, /^---/m);
});

test('parseAnyReceipt reads back what emitReceipt wrote', () => {
  const { type, ...read } = parse(BODY) as unknown as Record<string, unknown>;
  assert.equal(type, 'receipt');
  assert.deepEqual(read, RECEIPT);
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
  ['a proof without a request id', '{ kind: not-attempted }', `{ kind: gone, run: 1, at: ${START.at} }`],
  [
    'a claim that its totals do not hold',
    '{ kind: not-attempted }',
    `{ kind: gone, run: 1, at: ${START.at}, requestId: x }`,
  ],
];
for (const [what, from, to] of REFUSED) {
  test(`parseAnyReceipt refuses ${what}`, () => {
    assert.ok(BODY.includes(from));
    assertRefused('RECEIPT_INVALID', () => parse(BODY.replace(from, to)));
  });
}
