import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defuseCommands, makeVisible } from '../../../src/core/base/text.js';
import { RootsweepError } from '../../../src/errors.js';
import { MARKDOWN_LIMITS, renderPlanMarkdown } from '../../../src/views/plan/plan-markdown.js';
import { SHA256 } from '../../core/fixtures.js';
import { findLive, HOSTILE } from '../hostile.js';
import { BUCKET, namedPlanOf, PASSWORD } from '../named-plans.js';
import type { ParsedElement } from '../parsed-html.js';
import { findForeign, renderMarkdown } from '../rendered-markdown.js';
import { reviewOf } from '../reviews.js';

const render = (plan: ReturnType<typeof namedPlanOf>, limit = Number.POSITIVE_INFINITY) =>
  renderPlanMarkdown(reviewOf(plan), limit);

test('Markdown of a plan that allows password recovery leads with what it does, and says why', () => {
  assert.equal(
    render(namedPlanOf([PASSWORD])),
    `<!-- rootsweep plan o-exampleorgid -->
**Unverified:** \`Signatures were not checked, because no trust file was found.\` To go on: \`pass --trust FILE\`

## rootsweep will allow password recovery in 1 account

No root credential is deleted.

|  |  |
| --- | --- |
| digest | \`sha256:${SHA256}\` |
| reason | \`Locked out: nobody can read the logs\` |
| changes | 1 password to make recoverable |
| organization | \`o-exampleorgid\` |
| policy | \`policy.yaml\` \`sha256:${SHA256}\` |
| planned | by \`arn:aws:sts::111111111111:assumed-role/Planner/me\` at \`2026-11-23T08:00:00Z\` |
| good until | \`2026-11-26T08:00:00Z\` |

### \`200000000000\` \`account 0\` in \`/Sandbox\`

**\`password\`: can be recovered.** Anyone who reads the mail to the address of the account can set a password, and is then its root user.

- email: \`a…@example.com\`

All of it: the plan file, or \`rootsweep show PLAN\` as text.
`,
  );
});

test('Markdown of a plan that replaces a policy shows the difference', () => {
  const document = '{"Statement":{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}}';
  const replacement = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}';
  const markdown = render(namedPlanOf([{ ...BUCKET, document, replacement }]));
  assert.equal(
    markdown.slice(markdown.indexOf('### ')),
    `### \`200000000000\` \`account 0\` in \`/Sandbox\`

**\`bucket logs in eu-west-1\`: its policy is replaced.** The bucket keeps its objects. The new policy decides about access.

- now: \`statement 1 denies everyone *\`

\`\`\`diff
  {
    "Statement": {
-     "Effect": "Deny",
+     "Effect": "Allow",
      "Principal": "*",
      "Action": "*",
      "Resource": "*"
    }
  }
\`\`\`

Policies are laid out for reading here. The plan file holds them byte for byte.

All of it: the plan file, or \`rootsweep show PLAN\` as text.
`,
  );
});

/** What no sweep has: titles of accounts, and policies. */
function findForeignIn(elements: readonly ParsedElement[]): string[] {
  return findForeign(elements).filter((it) => !['<h3>', '<pre>', '<code class>'].includes(it));
}

const line = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'`~<>&|[]()!#*_-+ \t\\{}"@:/') }),
  fc.constantFrom(
    '```',
    '~~~~',
    '   ```',
    '<script>',
    '</pre>',
    '# title',
    '| a |',
    '::error::x',
    '##[x]',
    '',
  ),
);
const hostile = fc
  .tuple(fc.constantFrom('', '{', '`````'), fc.array(line, { minLength: 1 }))
  .map(([start, lines]) => `${start}x${lines.join('\n')}`);

test('no policy ends the fence around it, whatever it holds', () => {
  fc.assert(
    fc.property(hostile, (document) => {
      const markdown = render(namedPlanOf([{ ...BUCKET, document }, BUCKET]));
      assert.deepEqual(findLive(markdown), []);
      const elements = renderMarkdown(markdown);
      assert.deepEqual(findForeignIn(elements), []);
      const [policy, other, ...more] = elements.filter(({ name }) => name === 'pre').map(({ text }) => text);
      const inert = (it: string) => defuseCommands(makeVisible(it), '\\u{23}').trimEnd();
      assert.equal(
        policy,
        document
          .split('\n')
          .map((it) => `${inert(`- ${it}`)}\n`)
          .join(''),
      );
      assert.match(other ?? '', /^- \{\n- {3}"Version"/);
      assert.deepEqual(more, []);
    }),
    { numRuns: 100 },
  );
});

test('no line that stays in a policy ends the fence, though nothing but white space stands before it', () => {
  fc.assert(
    fc.property(hostile, (document) => {
      const markdown = render(namedPlanOf([{ ...BUCKET, document, replacement: `${document}\nlast` }]));
      const elements = renderMarkdown(markdown);
      assert.deepEqual(findForeignIn(elements), []);
      const policies = elements.filter(({ name }) => name === 'pre').map(({ text }) => text);
      assert.equal(policies.length, 1);
      assert.match(policies[0] ?? '', /\n\+ last\n$/);
    }),
    { numRuns: 100 },
  );
});

test('no text of a recovery or an unlock becomes an element or a live character of the rendered Markdown', () => {
  const TEXTS = [
    ...HOSTILE.map(([, text]) => text),
    '<img src=x onerror=alert(1)>',
    '`</code><b>x',
    '| cell | @someone [link](https://example.com)',
  ];
  for (const text of TEXTS) {
    const document = JSON.stringify({
      Statement: { Sid: text, Effect: 'Deny', Principal: text, Action: text },
    });
    const plan = namedPlanOf(
      [
        { ...BUCKET, document },
        { ...BUCKET, document, replacement: text },
      ],
      { reason: text, plannedBy: text },
      { name: text, email: { masked: text, sha256: text }, ou: `/${text}` },
    );
    const markdown = render(plan);
    assert.deepEqual(findLive(markdown), [], text);
    assert.deepEqual(findForeignIn(renderMarkdown(markdown)), [], text);
  }
});

for (const [name, limit] of Object.entries(MARKDOWN_LIMITS)) {
  test(`Markdown of 10 policies of any size fits ${name}, names every account, and tells what is left out`, () => {
    for (const bytes of [10, 3_000, 20_000, 200_000]) {
      const document = JSON.stringify({ Statement: [{ Sid: 'é'.repeat(bytes / 2), Effect: 'Allow' }] });
      const plan = namedPlanOf(Array(10).fill({ ...BUCKET, document }));
      const markdown = render(plan, limit);
      assert.ok(Buffer.byteLength(markdown) <= limit);
      for (const { id } of plan.accounts) assert.ok(markdown.includes(`### \`${id}\``));
      const shown = markdown.match(/^```diff$/gm)?.length ?? 0;
      const left = markdown.match(
        /^\*\*There is no room for the policies here: they are in the plan file\.\*\*$/gm,
      );
      assert.equal(shown + (left?.length ?? 0), 10);
      // As many as have room: one more would not have.
      assert.ok(
        shown === 10 || limit - Buffer.byteLength(markdown) < bytes + 200,
        `${shown} of ${bytes} bytes`,
      );
    }
  });
}

test('Markdown without room for the names of all accounts is refused', () => {
  assert.throws(
    () => render(namedPlanOf(Array(10).fill(BUCKET), {}, { name: '\u202e'.repeat(50) }), 4_000),
    (error) =>
      error instanceof RootsweepError &&
      error.code === 'USAGE' &&
      error.message === 'there is no room to name all 10 accounts of this plan',
  );
});
