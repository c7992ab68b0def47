/** Files of a thousand mistakes, as in attack-bounds.test.ts: plans that a trusted planner signed. */
import { test } from 'node:test';
import { assertAttackFails, createTarget, editAndSign, FILE } from './attacks.js';

test('file of a thousand mistakes: a plan with a wrong thing in each account is refused under a good signature', async (t) => {
  const target = await createTarget(t);
  await editAndSign(target, (body) => {
    const mistakes = Array.from({ length: 5_000 }, (_, i) => `  - {id: "${i}", decision: wrong}\n`);
    const head = body.slice(0, body.indexOf('\naccounts:\n'));
    return `${head}\naccounts:\n${mistakes.join('')}`;
  });
  await assertAttackFails(target, {
    says: /^(?:org\.plan\.yaml:\d+:\d+: [^\n]+\n *){20}org\.plan\.yaml: and \d{1,2},\d{3} more problems$/,
    hint: 'plan again with this version of rootsweep; a plan is never edited',
  });
});

test('file of a thousand mistakes: of a plan that is longer than 1 MiB, no place is looked for', async (t) => {
  const target = await createTarget(t);
  await editAndSign(target, (body) => `${body}${'  - {id: "1", decision: wrong}\n'.repeat(40_000)}`);
  await assertAttackFails(target, {
    readers: ['verify'],
    says: `"${FILE}" is not spelled as rootsweep spells a plan, and is too long to say where`,
    hint: 'plan again with this version of rootsweep',
  });
});
