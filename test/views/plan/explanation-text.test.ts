import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainScope } from '../../../src/core/plan/explanation.js';
import { renderLines } from '../../../src/views/format/lines.js';
import { renderExplanation } from '../../../src/views/plan/explanation-text.js';
import { excludeOf, factsOf, MANAGEMENT, NOW } from '../../core/fixtures.js';
import { findLive, HOSTILE } from '../hostile.js';

for (const [what, text] of HOSTILE) {
  test(`renderExplanation makes ${what} inert wherever a text comes from outside`, () => {
    const facts = factsOf(
      { name: text, email: text, joined: text, joinedMethod: text },
      { unitPath: text, tags: { [text]: text } },
    );
    const exclude = excludeOf(
      { name: text },
      { email: text },
      { ou: `/${text}` },
      { tags: { [text]: text } },
    ).map((rule) => ({ ...rule, reason: text, until: text }));
    const output = renderLines(
      renderExplanation({
        ...explainScope(
          { include: [], exclude },
          { facts, unreadable: new Set(), managementAccount: MANAGEMENT, today: NOW },
        ),
        facts,
        policyPath: text,
        unreadable: [{ what: 'tags', reason: text }],
        defaults: [{ key: 'delete', value: text }],
      }),
      false,
    );
    assert.deepEqual(findLive(output), []);
  });
}
