import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '../../src/core/plan/plan.js';
import { comparePlans } from '../../src/core/plan/plan-diff.js';
import { renderLines } from '../../src/views/format/lines.js';
import { patchText } from '../../src/views/format/patch.js';
import { renderDiffMarkdown } from '../../src/views/plan/diff-markdown.js';
import { describeCause, renderDiff, type ShownDiff } from '../../src/views/plan/diff-text.js';
import { deleteEntryOf, HEADER, unauditedEntryOf } from '../core/fixtures.js';
import { findBroken } from './format/markdown.js';
import { findLive, HOSTILE } from './hostile.js';
import { planOf } from './plans.js';

/** Two plans in which every text that differs is a given one, and the other a harmless one. */
function diffOf(text: string): ShownDiff {
  const planWith = (word: string): Plan => ({
    ...planOf([
      deleteEntryOf({
        name: word,
        ou: word,
        rule: word,
        reason: word,
        until: word,
        tags: { [word]: word },
        observed: {
          kind: 'audited',
          by: 'listing',
          credentials: [{ kind: 'mfa-device', id: word, created: word, status: word }],
        },
        findings: [{ code: 'root-used-recently', severity: 'warn', message: word }],
        actions: [{ kind: 'delete-mfa-device', id: word }],
      }),
      {
        ...unauditedEntryOf(word === 'x' ? '333333333333' : '444444444444', word),
        decision: 'excluded',
      },
    ]),
    findings: [{ code: 'policy-loosened', severity: 'warn', message: word }],
    id: word,
    created: word,
    policy: { ...HEADER.policy, path: word },
  });
  const [before, after] = [planWith('x'), planWith(text)];
  return {
    ...comparePlans(before, after),
    plans: {
      before: { path: text, plan: before, verdict: { kind: 'unverified' } },
      after: {
        path: text,
        plan: after,
        verdict: { kind: 'refused', code: 'PLAN_EXPIRED', reason: text, hint: text },
      },
    },
    redacted: false,
    policy: {
      kind: 'compared',
      looser: [text],
      texts: { before: 'version: 1\n', after: `version: 1\n# ${text}\n${text}\n` },
    },
  };
}

const show = (diff: ShownDiff) => renderLines(renderDiff(diff), false);
const MARKDOWN: readonly [string, string][] = [
  ...HOSTILE,
  ['a fence', '```\n# title'],
  ['a longer fence', '``````````'],
  ['a link of Markdown', '[shop](https://example.com)'],
  ['a mention', '@everyone'],
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['a pipe', 'a|b\\|c'],
];

for (const [what, text] of MARKDOWN) {
  test(`renderDiff makes ${what} inert wherever a text comes from outside`, () => {
    assert.deepEqual(findLive(show(diffOf(text))), []);
  });

  test(`renderDiffMarkdown makes ${what} inert wherever a text comes from outside`, () => {
    const markdown = renderLines(renderDiffMarkdown(diffOf(text)), false);
    assert.deepEqual(findLive(markdown), []);
    const [, prose = '', bar = '', patch = '', rest] =
      /^([\s\S]*?)\n(`{3,})diff\n([\s\S]*)\n\2\n([\s\S]*)$/.exec(markdown) ?? [];
    assert.equal(rest, '');
    assert.ok(!patch.includes(bar), markdown);
    assert.deepEqual(findBroken(prose), []);
  });
}

test('patchText shows no more of two texts than is worth reading', () => {
  const lines = (word: string) => `${word}\n`.repeat(3000);
  assert.equal(patchText('a', 'b', { before: lines('x'), after: lines('y') }).length, 1);
});

test('describeCause says what is enough alone, what is not, and what nobody can tell', () => {
  const [enough, not, open] = ['enough', 'not-enough', 'undetermined'] as const;
  const texts = [
    [enough, not, not],
    [enough, enough, not],
    [not, not, not],
    [open, not, not],
    [open, enough, not],
  ].map(([policy = not, account = not, time = not]) => describeCause({ policy, account, time }));
  assert.deepEqual(texts, [
    'because of the other policy',
    'because of the other policy or what has changed in the account: each would do alone',
    'because of more than one change: none of policy, account and time would do alone',
    'why cannot be told: these plans do not hold what is needed to try the other policy alone',
    'because of what has changed in the account; whether the other policy would do alone, these plans do not tell',
  ]);
});
