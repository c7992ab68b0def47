import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Receipt } from '../../src/core/receipt.js';
import { renderLines } from '../../src/views/lines.js';
import { code, table } from '../../src/views/markdown.js';
import { describeTorn, renderReceiptMarkdown } from '../../src/views/receipt-markdown.js';
import { HOSTILE } from './hostile.js';
import { findBroken } from './markdown.js';

/** A receipt in which every text is the same one. */
function receiptOf(text: string): Receipt {
  const looked = { run: 1, at: text, requestId: text };
  const deletion = { run: 1, intended: text, session: text } as const;
  return {
    version: 1,
    organization: text,
    plan: { id: text, sha256: text },
    policy: { sha256: text },
    journal: { sha256: text, lines: 1, tornBytes: 0 },
    totals: {
      runs: 1,
      accounts: {
        done: 0,
        'done-earlier': 0,
        drifted: 0,
        unknown: 0,
        failed: 1,
        'not-started': 0,
        'never-ended': 0,
      },
      credentials: { gone: 1, 'not-proven': 1, 'not-attempted': 0 },
    },
    runs: [
      {
        id: text,
        operator: { name: text, keyid: text },
        caller: text,
        host: text,
        pid: 1,
        tool: text,
        started: text,
        only: [text],
        exclude: [text, text],
        signers: [{ name: text, keyid: text, role: 'planner' as const }],
        end: { kind: 'ended', at: text, exitCode: 6, trouble: text },
      },
    ],
    accounts: [
      {
        id: text,
        name: text,
        outcome: 'failed',
        ends: [
          { run: 1, at: text, outcome: 'drifted', drift: { planned: [text, text], found: [] } },
          { run: 1, at: text, outcome: 'failed', message: text, foundGone: [text] },
        ],
        credentials: [
          {
            kind: 'access-key',
            id: text,
            before: {
              run: 1,
              listed: text,
              created: text,
              status: text,
              lastUsed: { kind: 'used', at: text, service: text, region: text },
            },
            deletions: [
              { ...deletion, answer: { kind: 'unclear', at: text, message: text } },
              { ...deletion, answer: { kind: 'refused', at: text, requestId: text, message: text } },
              { ...deletion, answer: { kind: 'absent', at: text, requestId: text } },
            ],
            after: { kind: 'gone', ...looked },
          },
          {
            kind: 'password',
            deletions: [{ ...deletion, answer: { kind: 'none' } }],
            after: { kind: 'not-proven' },
          },
        ],
      },
    ],
  };
}
const show = (text: string) => renderLines(renderReceiptMarkdown(receiptOf(text)), false);
const LINES = show('x').split('\n').length;

const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ...HOSTILE,
  ['one backtick', '`'],
  ['backticks', '``` ```'],
  ['a span of its own', 'a` <b> `b'],
  ['a pipe', 'a|b'],
  ['a saved pipe', 'a\\|b'],
  ['a pipe whose saver is saved', 'a\\\\|b'],
  ['a backslash at its end', 'a\\'],
  ['nothing', ''],
  ['spaces', '   '],
  ['HTML', '</code></td><script>x</script>'],
  ['an entity', '&#96;&lt;b&gt;'],
  ['a mention', '@octocat'],
  ['an address', 'https://example.com www.example.com a@example.com'],
];
for (const [what, text] of TEXTS) {
  test(`renderReceiptMarkdown makes ${what} inert in every place`, () => {
    const markdown = show(text);
    assert.deepEqual(findBroken(markdown), []);
    assert.equal(markdown.split('\n').length, LINES);
  });
}

test('renderReceiptMarkdown makes any text inert in every place', () => {
  const pieces = fc.constantFrom(
    '`',
    '|',
    '\\',
    '<',
    '@',
    '::',
    '##[',
    '\n',
    '\u202e',
    ' ',
    'a',
    '\u001b[31m',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (it) => {
      assert.deepEqual(findBroken(show(it)), []);
    }),
  );
});

test('renderReceiptMarkdown lists planned against found, and what somebody else deleted', () => {
  const lines = show('x').split('\n');
  const first = lines.indexOf('- run 1, `x`: drifted');
  assert.deepEqual(lines.slice(first + 1, first + 5), [
    '  - planned: `x`, `x`',
    '  - found: nothing',
    '- run 1, `x`: failed: `x`',
    '  - somebody else deleted: `x`',
  ]);
});

test('renderReceiptMarkdown tells each answer, with the request where AWS gave its id', () => {
  const row = show('x')
    .split('\n')
    .find((line) => line.startsWith('| `access-key x` '));
  assert.deepEqual(row?.split(' | ')[2]?.split('; '), [
    'run 1, `x`, session `x`: no clear answer at `x`: `x`',
    'run 1, `x`, session `x`: refused at `x`, request `x`: `x`',
    'run 1, `x`, session `x`: absent at `x`, request `x`',
  ]);
});

test('code shows a plain text as it is, and escapes what could end the span or the cell', () => {
  assert.equal(code('shop'), '`shop`');
  assert.equal(code('a`b|c\\d'), '`a\\u{60}b\\u{7c}c\\u{5c}d`');
  assert.equal(code(''), '(empty)');
  assert.equal(code(' a '), '`\\u{20}a\\u{20}`');
});

test('table has a line under its head', () => {
  assert.equal(renderLines(table(['a', 'b'], [['1', '2']]), false), '| a | b |\n| --- | --- |\n| 1 | 2 |\n');
});

test('describeTorn counts', () => {
  assert.match(describeTorn(1), /: its 1 byte is no part/);
  assert.match(describeTorn(2), /: its 2 bytes are no part/);
});
