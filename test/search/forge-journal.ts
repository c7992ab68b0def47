/**
 * Journals as an attacker would lay them beside the plan. An attacker can make keys, and has read journals that trusted
 * operators signed; what else they say is made up: that everything planned was done, which is not so.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameOnly } from '../../src/core/action/action.js';
import type { JournalRecord } from '../../src/core/apply/journal.js';
import { isDeleteEntry, type Plan } from '../../src/core/plan/plan.js';
import { decodeEnvelope, digestBody } from '../../src/core/signing/envelope.js';
import { journalPath } from '../../src/files/journal/journal.js';
import { parsePlan } from '../../src/files/plan/plan.js';
import { type JournalKeys, OPERATOR, writeJournal, writeLine } from '../signing/journals.js';
import type { JournalAttack } from './case.js';
import { fixedKey, PLAN, type Workplace } from './prepare.js';
import type { Machine } from './simulated-process.js';

const AT = '2026-11-23T09:30:00Z';

/** @returns false where the plan deletes nothing, so that nobody opens a journal. */
export function forgeJournal(
  kind: JournalAttack,
  { folder, disk }: Machine,
  { key, rogueKey, plannerKey }: Workplace,
): boolean {
  const path = join(folder, PLAN);
  const { body } = decodeEnvelope(readFileSync(path), PLAN);
  const plan = parsePlan(body, PLAN);
  if (!plan.applicable || !plan.accounts.some(isDeleteEntry)) return false;
  const digest = digestBody(body);
  const genuine: JournalKeys = { name: 'planner', operator: key, run: fixedKey(11) };
  const own: JournalKeys = { name: 'planner', operator: rogueKey, run: fixedKey(12) };
  const records = claimAll(plan, digest);
  const linesBy = (keys: JournalKeys, from = digest) =>
    writeJournal(records, { digest: from, ...keys })
      .split('\n')
      .slice(0, -1);
  const lines = forgeLines(
    kind,
    { genuine, own, planner: { ...own, operator: plannerKey } },
    linesBy,
    records,
  );
  disk.write(journalPath(path, digest), lines.map((line) => `${line}\n`).join(''));
  return true;
}

/** The first account is listed, and something is said of its credentials, in the third line and after it. */
function forgeLines(
  kind: JournalAttack,
  keys: { readonly genuine: JournalKeys; readonly own: JournalKeys; readonly planner: JournalKeys },
  linesBy: (keys: JournalKeys, digest?: string) => string[],
  records: readonly JournalRecord[],
): string[] {
  const lines = linesBy(keys.genuine);
  const [head = '', second = '', third = '', ...rest] = lines;
  switch (kind) {
    case 'journal-signed':
      return lines;
    case 'journal-forged':
      return linesBy(keys.own);
    case 'journal-impersonated':
      return linesBy({ ...keys.own, claimed: keys.genuine.operator });
    case 'journal-by-planner':
      return linesBy(keys.planner);
    case 'journal-foreign':
      return linesBy(keys.genuine, 'f'.repeat(64));
    case 'journal-spliced':
      // Of another run of the same operator.
      return [head, second, ...linesBy({ ...keys.genuine, run: fixedKey(13) }).slice(2)];
    case 'journal-resigned': {
      const resigned = [head];
      for (const record of records.slice(1)) {
        resigned.push(writeLine(record, resigned.at(-1) ?? '', keys.own));
      }
      return resigned;
    }
    case 'journal-head-replaced':
      return [linesBy({ ...keys.own, claimed: keys.genuine.operator })[0] ?? '', second, third, ...rest];
    case 'journal-changed':
      return [head, second, third.replace(AT, AT.replace('09', '08')), ...rest];
    case 'journal-last-changed':
      return lines.with(-1, (lines.at(-1) ?? '').replace(AT, AT.replace('09', '08')));
    case 'journal-line-removed':
      return [head, second, ...rest];
    case 'journal-reordered':
      return [head, third, second, ...rest];
    case 'journal-unsigned':
      return lines.map((line) => line.replace(/,"signature":"[^"]+"\}$/, '}'));
  }
}

/** A run that did everything that the plan holds. */
function claimAll(plan: Plan, digest: string): JournalRecord[] {
  const entries = plan.accounts.filter(isDeleteEntry);
  const { organization, policy } = plan;
  const run = '00000000-0000-4000-8000-ffffffffffff';
  const caller = 'arn:aws:iam::111111111111:user/operator';
  const who = { signers: [], caller, tool: 'rootsweep', host: 'alpha', pid: 1, operator: OPERATOR };
  return [
    {
      type: 'run-started',
      at: AT,
      run,
      plan: plan.id,
      digest,
      created: plan.created,
      organization,
      kind: 'sweep',
      policy: policy.sha256,
      ...who,
    },
    { type: 'wave-started', at: AT, wave: 1, accounts: entries.map(({ id }) => id) },
    ...entries.flatMap(({ id: account, name, observed: { credentials }, actions }): JournalRecord[] => [
      { type: 'account-listed', at: AT, account, name, credentials },
      ...actions.flatMap((action): JournalRecord[] => {
        const about = { at: AT, account, ...nameOnly(action) };
        return [
          { type: 'action-intended', ...about, session: 'ASIAFORGED' },
          { type: 'action-answered', ...about, answer: 'done', requestId: 'forged' },
          { type: 'action-proven', ...about, requestId: 'forged' },
        ];
      }),
      { type: 'account-ended', at: AT, account, name, outcome: 'done' },
    ]),
    { type: 'run-ended', at: AT, run, exitCode: 0 },
  ];
}
