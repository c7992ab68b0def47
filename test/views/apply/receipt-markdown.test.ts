import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlanKind } from '../../../src/core/action/plan-kind.js';
import { countReceipt, type Receipt } from '../../../src/core/apply/receipt.js';
import type { ReceiptAccount, ReceiptTarget } from '../../../src/core/apply/receipt-accounts.js';
import { describeTorn, renderReceiptMarkdown } from '../../../src/views/apply/receipt-markdown.js';
import { renderLines } from '../../../src/views/format/lines.js';
import { code, table } from '../../../src/views/format/markdown.js';
import { findBroken } from '../format/markdown.js';
import { findLive, HOSTILE } from '../hostile.js';

type Outcome = ReceiptAccount['outcome'];

/** A receipt of one account in which every text is the same one. */
function receiptOf(
  text: string,
  kind: PlanKind,
  outcome: Outcome,
  targets: readonly ReceiptTarget[],
): Receipt {
  const runs = [
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
      end: { kind: 'ended', at: text, exitCode: 6, trouble: text } as const,
    },
  ];
  const accounts = [
    {
      id: text,
      name: text,
      outcome,
      ends: [
        { run: 1, at: text, outcome: 'drifted', drift: { planned: [text, text], found: [] } } as const,
        { run: 1, at: text, outcome: 'failed', message: text, foundGone: [text] } as const,
      ],
      targets,
    },
  ];
  return {
    version: 1,
    kind,
    ...(kind === 'sweep' ? {} : { reason: text }),
    organization: text,
    plan: { id: text, sha256: text },
    policy: { sha256: text },
    journal: { sha256: text, lines: 1, tornBytes: 0 },
    totals: countReceipt(runs, accounts),
    runs,
    accounts,
  };
}

function sweepOf(text: string): Receipt {
  const request = { run: 1, intended: text, session: text } as const;
  return receiptOf(text, 'sweep', 'failed', [
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
      requests: [
        { ...request, answer: { kind: 'unclear', at: text, message: text } },
        { ...request, answer: { kind: 'refused', at: text, requestId: text, message: text } },
        { ...request, answer: { kind: 'absent', at: text, requestId: text } },
      ],
      after: { kind: 'proven', run: 1, at: text, requestId: text },
    },
    {
      kind: 'password',
      requests: [{ run: 1, answer: { kind: 'done', at: text, requestId: text } }],
      after: { kind: 'not-proven' },
    },
    { kind: 'mfa-device', id: text, requests: [], after: { kind: 'not-attempted' } },
  ]);
}

function unlockOf(text: string): Receipt {
  const asked = { run: 1, intended: text, session: text, standing: text } as const;
  const place = { kind: 'bucket', name: text, region: text } as const;
  return receiptOf(text, 'unlock', 'done', [
    {
      ...place,
      requests: [
        { ...asked, answer: { kind: 'refused', at: text, requestId: text, message: text } },
        { ...asked, answer: { kind: 'unclear', at: text, message: text } },
        { ...asked, answer: { kind: 'done', at: text, requestId: text } },
      ],
      after: { kind: 'proven', run: 1, at: text, requestId: text, standing: text },
    },
    {
      ...place,
      kind: 'queue',
      requests: [{ run: 1, intended: text, session: text, answer: { kind: 'none' } }],
      after: { kind: 'proven', run: 1, at: text, requestId: text },
    },
  ]);
}

const render = (receipt: Receipt) => renderLines(renderReceiptMarkdown(receipt), false);
const show = (text: string) => render(sweepOf(text));
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

test('renderReceiptMarkdown shows what was listed, each answer, and what is proven to be gone', () => {
  const text = show('x');
  assert.match(text, /^# Receipt: deletion of root credentials\n/);
  assert.match(text, /\n\| credentials \| 1 gone, 1 not-proven, 1 not-attempted \|\n/);
  assert.equal(
    text.slice(text.indexOf('###')),
    `### \`access-key x\`

- before: \`x, created x, last used x x x\`, listed in run 1 at \`x\`
- run 1, \`x\`, session \`x\`: no clear answer at \`x\`: \`x\`
- run 1, \`x\`, session \`x\`: refused at \`x\`, request \`x\`: \`x\`
- run 1, \`x\`, session \`x\`: absent at \`x\`, request \`x\`
- after: **gone**, not there in run 1 at \`x\`, request \`x\`

### \`password\`

- before: not listed
- run 1, without an intent on record: deleted at \`x\`, request \`x\`
- after: **not proven**

### \`mfa-device x\`

- before: not listed
- no request on record
- after: not attempted
`,
  );
});

test('renderReceiptMarkdown shows the policies before and after, and says where there is none', () => {
  const text = render(unlockOf('{"a":1}'));
  assert.match(text, /^# Receipt: unlocking of buckets and queues\n/);
  assert.match(
    text,
    /\n\| reason \| `\{"a":1\}` \|\n\| policies \| 2 proven, 0 not-proven, 0 not-attempted \|\n/,
  );
  assert.equal(
    text.slice(text.indexOf('###')),
    `### \`bucket {"a":1} in {"a":1}\`

${['refused', 'no clear answer', 'done']
  .map((what) => {
    const request = what === 'no clear answer' ? '' : ', request `{"a":1}`';
    const why = what === 'done' ? '' : ': `{"a":1}`';
    return `- run 1, \`{"a":1}\`, session \`{"a":1}\`: ${what} at \`{"a":1}\`${request}${why}

Policy before:

\`\`\`diff
- {
-   "a": 1
- }
\`\`\`

`;
  })
  .join('')}- after: **proven**, seen in run 1 at \`{"a":1}\`, request \`{"a":1}\`

Policy after:

\`\`\`diff
+ {
+   "a": 1
+ }
\`\`\`


### \`queue {"a":1} in {"a":1}\`

- run 1, \`{"a":1}\`, session \`{"a":1}\`: no answer on record
- after: **proven**, seen in run 1 at \`{"a":1}\`, request \`{"a":1}\`: no policy
`,
  );
});

test('renderReceiptMarkdown shows the date of a password that can be recovered', () => {
  const looked = { kind: 'proven', run: 1, at: 't', requestId: 't' } as const;
  const text = (after: ReceiptTarget['after']) =>
    render(receiptOf('t', 'recovery', 'done', [{ kind: 'password', requests: [], after }]));
  assert.match(text(looked), /^# Receipt: recovery of passwords\n/);
  const seen = '\n- after: **proven**, seen in run 1 at `t`, request `t`';
  assert.ok(text(looked).endsWith(`${seen}\n`));
  assert.ok(text({ ...looked, standing: 't' }).endsWith(`${seen}: a password, created \`t\`\n`));
});

/** What stands outside of fences, and what within; a fence ends only where its own bar stands alone. */
function split(markdown: string): { readonly outside: string; readonly within: readonly string[][] } {
  const outside: string[] = [];
  const within: string[][] = [];
  let bar: string | undefined;
  for (const line of markdown.split('\n')) {
    const [, run = '', word = ''] = /^ {0,3}(`{3,})(.*)$/.exec(line) ?? [];
    if (bar === undefined && run !== '') {
      bar = run;
      within.push([]);
    } else if (bar !== undefined && run.length >= bar.length && word.trim() === '') bar = undefined;
    else if (bar !== undefined) within.at(-1)?.push(line);
    else outside.push(line);
  }
  assert.equal(bar, undefined, 'a fence is open');
  return { outside: outside.join('\n'), within };
}

test('renderReceiptMarkdown makes any text inert in every place, and lets no policy end its fence', () => {
  const texts = [
    ...TEXTS.map(([, text]) => text),
    '```',
    '`````\n# heading',
    '{"a":"```"}',
    '</details><script>x</script>',
  ];
  const any = fc.oneof(fc.constantFrom(...texts), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(any, (text) => {
      const markdown = render(unlockOf(text));
      const { outside, within } = split(markdown);
      assert.deepEqual(findBroken(outside), []);
      assert.deepEqual(findLive(markdown), []);
      // Three before, and one after.
      assert.equal(within.length, 4);
      for (const [index, lines] of within.entries()) {
        for (const line of lines) assert.match(line, index < 3 ? /^-(?: |$)/ : /^\+(?: |$)/);
      }
    }),
    { numRuns: 300, examples: texts.map((text) => [text]) },
  );
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
