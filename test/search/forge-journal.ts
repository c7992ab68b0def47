/**
 * Journals as an attacker would lay them beside the plan: the chain of hashes is right, which everybody can make, and
 * everything else is made up.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeEnvelope, digestBody } from '../../src/core/envelope.js';
import { encodeRecord, type JournalRecord } from '../../src/core/journal.js';
import { actionName, isDeleteEntry, type Plan } from '../../src/core/plan.js';
import { journalPath } from '../../src/files/journal.js';
import { parsePlan } from '../../src/files/plan.js';
import type { JournalAttack } from './case.js';
import { PLAN } from './prepare.js';
import type { Machine } from './simulated-process.js';

const AT = '2026-11-23T09:30:00Z';

/** @returns false where the plan deletes nothing, so that nobody opens a journal. */
export function forgeJournal(kind: JournalAttack, { folder, disk }: Machine): boolean {
  const path = join(folder, PLAN);
  const { body } = decodeEnvelope(readFileSync(path), PLAN);
  const plan = parsePlan(body, PLAN);
  const digest = digestBody(body);
  let previous = digest;
  const lines = claimAll(plan, digest).map((record) => {
    previous = encodeRecord(record, previous);
    return previous;
  });
  // The first account is listed, and something is said of its credentials, in the third line and after it.
  if (kind === 'journal-cut') lines.splice(2, 1);
  if (kind === 'journal-changed') lines[2] = (lines[2] ?? '').replace(AT, AT.replace('09', '08'));
  disk.write(journalPath(path, digest), lines.map((line) => `${line}\n`).join(''));
  return plan.applicable && plan.accounts.some(isDeleteEntry);
}

/** A run that did everything that the plan holds. */
function claimAll(plan: Plan, digest: string): JournalRecord[] {
  const entries = plan.accounts.filter(isDeleteEntry);
  const { organization, policy } = plan;
  const run = '00000000-0000-4000-8000-ffffffffffff';
  const caller = 'arn:aws:iam::111111111111:user/operator';
  const who = { signers: [], caller, tool: 'rootsweep', host: 'alpha', pid: 1 };
  return [
    {
      type: 'run-started',
      at: AT,
      run,
      plan: plan.id,
      digest,
      created: plan.created,
      organization,
      policy: policy.sha256,
      ...who,
    },
    { type: 'wave-started', at: AT, wave: 1, accounts: entries.map(({ id }) => id) },
    ...entries.flatMap(({ id: account, name, observed: { credentials }, actions }): JournalRecord[] => [
      { type: 'account-listed', at: AT, account, name, credentials },
      ...actions.flatMap((action): JournalRecord[] => {
        const about = { at: AT, account, ...actionName(action) };
        return [
          { type: 'deletion-intended', ...about, session: 'ASIAFORGED' },
          { type: 'deletion-answered', ...about, answer: 'deleted', requestId: 'forged' },
          { type: 'deletion-proven', ...about, requestId: 'forged' },
        ];
      }),
      { type: 'account-ended', at: AT, account, name, outcome: 'deleted' },
    ]),
    { type: 'run-ended', at: AT, run, exitCode: 0 },
  ];
}
