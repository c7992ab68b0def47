import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listBlockers, listFullEntries } from '../../../src/core/plan/blocker.js';
import type { Plan } from '../../../src/core/plan/plan.js';
import { assemblePlan } from '../../../src/core/plan/plan.js';
import { RootsweepError } from '../../../src/errors.js';
import { MARKDOWN_LIMITS, renderPlanMarkdown } from '../../../src/views/plan/plan-markdown.js';
import { HEADER, policyOf } from '../../core/fixtures.js';
import { findLive } from '../hostile.js';
import { LIVE_TEXTS, largePlan } from '../large-plan.js';
import { findForeign, renderMarkdown } from '../rendered-markdown.js';
import { reviewOf } from '../reviews.js';

const render = (plan: Plan, limit: number) => renderPlanMarkdown(reviewOf(plan), limit);

/** The ids that the Markdown names, as a reader sees them. */
function namedIds(markdown: string): Set<string> {
  return new Set(markdown.match(/\b\d{12}\b/g));
}

function rowsOf(markdown: string): string[] {
  return markdown.split('\n').filter((line) => /^\| `\d{12}`/.test(line));
}

for (const [name, limit] of Object.entries(MARKDOWN_LIMITS)) {
  for (const blocked of [0, 1, 8]) {
    test(`Markdown of 2,000 hostile accounts, ${blocked} in 10 blocked, fits ${name} and names all blockers`, () => {
      const plan = largePlan({ accounts: 2_000, full: 100, blocked });
      const markdown = render(plan, limit);
      assert.ok(Buffer.byteLength(markdown) <= limit, `${Buffer.byteLength(markdown)} bytes`);
      assert.ok(Buffer.byteLength(markdown) <= (limit === 65_000 ? 65_536 : 2 ** 20));

      const [, before = ''] = markdown.split('### What blocks');
      const named = namedIds(before.split('### Accounts')[0] ?? '');
      for (const { entry } of listBlockers(plan)) assert.ok(entry === undefined || named.has(entry.id));

      const shown = rowsOf(markdown).length;
      const left = listFullEntries(plan).length - shown;
      const [, told = '0'] = /\*\*(\d+) accounts? (?:is|are) not shown here/.exec(markdown) ?? [];
      assert.equal(Number(told), left);
      const ofGroups = [...markdown.matchAll(/, (\d+) not shown<\/summary>/g)].map(([, count]) =>
        Number(count),
      );
      assert.ok(ofGroups.reduce((sum, count) => sum + count, 0) <= left);
    });
  }
}

test('Markdown of 2,000 accounts in the limits of a comment leaves some out, and of a step summary none', () => {
  const plan = largePlan({ accounts: 2_000, full: 100, blocked: 1 });
  assert.match(
    render(plan, MARKDOWN_LIMITS.comment),
    /\n\*\*\d+ accounts are not shown here: (?:\d+ \w[\w-]*(?:, )?)+\.\*\*/,
  );
  assert.doesNotMatch(render(plan, MARKDOWN_LIMITS['step-summary']), /not shown/);
});

test('no text from outside becomes an element, an attribute or a live character of the rendered Markdown', () => {
  const plan = largePlan({ accounts: 500, full: 100, blocked: 3 });
  const markdown = render(plan, Number.POSITIVE_INFINITY);
  assert.deepEqual(findLive(markdown), []);
  // A fifth cell, which a renderer would drop, is one that a name has opened.
  for (const row of rowsOf(markdown)) assert.equal(row.split('|').length, 6, row);
  const elements = renderMarkdown(markdown);
  assert.deepEqual(findForeign(elements), []);
  assert.equal(
    elements.filter(({ name }) => name === 'details').length,
    new Set(listFullEntries(plan).map(({ ou }) => ou)).size,
  );
  const cells = elements.filter(({ name }) => name === 'td');
  assert.equal(cells.length, listFullEntries(plan).length * 4 + 8 * 2);
  const text = elements.map((element) => element.text).join('\n');
  for (const sample of [
    '<img src=x onerror=alert(1)>',
    '=HYPERLINK("https://example.com","x")',
    '@octocat #1',
  ])
    assert.ok(text.includes(sample), sample);
});

test('the renderer of these tests would show an injected element', () => {
  for (const text of LIVE_TEXTS.filter((it) => /^<img|^\[/.test(it)))
    assert.notDeepEqual(findForeign(renderMarkdown(`Name: ${text}\n`)), [], text);
});

test('Markdown folds what is least important first, and tells all of what is left as long as there is room', () => {
  const plan = largePlan({ accounts: 200, full: 100, blocked: 1, tame: true });
  let before = Number.POSITIVE_INFINITY;
  for (const limit of [60_000, 30_000, 20_000, 12_000]) {
    const markdown = render(plan, limit);
    const rows = rowsOf(markdown);
    assert.ok(rows.length <= before);
    before = rows.length;
    const decisions = new Set(rows.map((row) => row.split(' | ')[1]));
    const deletes = listFullEntries(plan).filter(({ decision }) => decision === 'delete').length;
    const shownDeletes = rows.filter((row) => row.includes('| **delete** |')).length;
    if (shownDeletes < deletes) assert.deepEqual([...decisions], ['**delete**']);
    // What is told in full comes before what is told in short.
    const full = rows.filter((row) => / \| `[^|]+ \|$/.test(row)).length;
    assert.ok(full === rows.length || /\d+ accounts? (?:is|are) shown in short/.test(markdown));
  }
});

test('Markdown refuses to leave a blocker unnamed', () => {
  const plan = largePlan({ accounts: 8_000, full: 100, blocked: 10 });
  assert.throws(
    () => render(plan, MARKDOWN_LIMITS.comment),
    (error) =>
      error instanceof RootsweepError &&
      error.code === 'USAGE' &&
      /name all 799\d findings/.test(error.message),
  );
  assert.ok(render(plan, MARKDOWN_LIMITS['step-summary']).includes('not shown here'));
});

test('Markdown of a plan without anything to do is short and says so', () => {
  const plan = assemblePlan(HEADER, policyOf(), [], []);
  const markdown = render(plan, MARKDOWN_LIMITS.comment);
  assert.match(
    markdown,
    /^<!-- rootsweep plan o-exampleorgid -->\n\*\*Unverified:\*\* .+\n\n## No deletions: rootsweep looked at 0 accounts\n/,
  );
  assert.doesNotMatch(markdown, /###/);
});
