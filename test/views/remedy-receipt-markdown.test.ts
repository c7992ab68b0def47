import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RemedyReceipt } from '../../src/core/remedy-receipt.js';
import { renderLines } from '../../src/views/lines.js';
import { renderRemedyReceiptMarkdown } from '../../src/views/remedy-receipt-markdown.js';
import { findLive, HOSTILE } from './hostile.js';
import { findBroken } from './markdown.js';

/** A receipt in which every text is the same one. */
function receiptOf(text: string, remedy: RemedyReceipt['remedy'] = 'unlock-bucket'): RemedyReceipt {
  const looked = { run: 1, at: text, requestId: text };
  const asked = { run: 1, intended: text, session: text, before: text } as const;
  return {
    version: 1,
    remedy,
    reason: text,
    organization: text,
    plan: { id: text, sha256: text },
    policy: { sha256: text },
    journal: { sha256: text, lines: 1, tornBytes: 0 },
    totals: {
      runs: 1,
      accounts: {
        done: 1,
        'done-earlier': 0,
        drifted: 0,
        unknown: 0,
        failed: 0,
        'never-ended': 1,
      },
      remedies: { proven: 1, 'not-proven': 1, 'not-attempted': 0 },
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
        signers: [{ name: text, keyid: text, role: 'planner' }],
        end: { kind: 'ended', at: text, exitCode: 6, trouble: text },
      },
    ],
    accounts: [
      {
        id: text,
        name: text,
        outcome: 'done',
        ends: [
          { run: 1, at: text, outcome: 'drifted', drift: { planned: [text], found: [text] } },
          { run: 1, at: text, outcome: 'done', message: text },
        ],
        place: { name: text, region: text },
        requests: [
          { ...asked, answer: { kind: 'refused', at: text, requestId: text, message: text } },
          { ...asked, answer: { kind: 'unclear', at: text, message: text } },
          { ...asked, answer: { kind: 'done', at: text, requestId: text } },
        ],
        after: { kind: 'proven', ...looked, [remedy === 'unlock-bucket' ? 'policy' : 'created']: text },
      },
      { id: text, outcome: 'never-ended', ends: [], requests: [], after: { kind: 'not-proven' } },
    ],
  };
}

const show = (receipt: RemedyReceipt) => renderLines(renderRemedyReceiptMarkdown(receipt), false);

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

const TEXTS: readonly string[] = [
  ...HOSTILE.map(([, text]) => text),
  '```',
  '`````\n# heading',
  '{"a":"```"}',
  '</details><script>x</script>',
  'a|b',
  '@octocat',
  '',
];
test('renderRemedyReceiptMarkdown makes any text inert in every place, and lets no policy end its fence', () => {
  const any = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(any, (text) => {
      const markdown = show(receiptOf(text));
      const { outside, within } = split(markdown);
      assert.deepEqual(findBroken(outside), []);
      assert.deepEqual(findLive(markdown), []);
      // Three before, and one after.
      assert.equal(within.length, 4);
      for (const [index, lines] of within.entries()) {
        for (const line of lines) assert.match(line, index < 3 ? /^-(?: |$)/ : /^\+(?: |$)/);
      }
    }),
    { numRuns: 300, examples: TEXTS.map((text) => [text]) },
  );
});

test('renderRemedyReceiptMarkdown shows what stood there, what was asked, and what stands there', () => {
  const text = show(receiptOf('{"a":1}'));
  const account = text.slice(text.indexOf('## `{"a":1}`'));
  assert.equal(
    account,
    `## \`{"a":1}\` \`{"a":1}\`: done

- run 1, \`{"a":1}\`: drifted
  - planned: \`{"a":1}\`
  - found: \`{"a":1}\`
- run 1, \`{"a":1}\`: done: \`{"a":1}\`

\`{"a":1}\` in \`{"a":1}\`

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


## \`{"a":1}\`: never-ended

- after: **not proven**
`,
  );
});

test('renderRemedyReceiptMarkdown tells a password by its date', () => {
  assert.match(
    show(receiptOf('t', 'allow-password-recovery')),
    /- after: \*\*proven\*\*, seen in run 1 at `t`, request `t`: a password, created `t`\n/,
  );
});
