/** Refuses a plan if a newer one was applied already: applying the older one is a mistake or an attack. */
import { join } from 'node:path';
import type { RunStarted } from '../../core/apply/journal.js';
import { decodeJournal, type RunVerifier, wholeLines } from '../../core/apply/journal-line.js';
import { makeVisible, quoteVisibly } from '../../core/base/text.js';
import type { Plan } from '../../core/plan/plan.js';
import { RootsweepError } from '../../errors.js';
import { explain } from '../io/text-file.js';
import type { JournalStorage } from './journal-storage.js';

/** In bytes. The first record names each account at most twice (--only, --exclude): 10,000 accounts take 300 KB. */
const MAX_HEAD = 2 ** 20;

/**
 * Checks the journals beside the plan. The first record of each describes its plan. A newer plan of the same organization
 * supersedes an older one even with another policy, because it may keep what the older one deletes.
 * @throws RootsweepError PLAN_SUPERSEDED; JOURNAL_INVALID for a journal that cannot be read or was not signed by a
 * trusted operator, because it could be the journal of a newer plan.
 */
export async function refuseSuperseded(
  storage: JournalStorage,
  folder: string,
  plan: Pick<Plan, 'created' | 'organization'>,
  verifyRun: RunVerifier,
): Promise<void> {
  for (const name of await storage.list(folder)) {
    if (!name.endsWith('.journal.jsonl')) continue;
    const start = await readHead(storage, join(folder, name), verifyRun);
    if (start === undefined || start.organization !== plan.organization) continue;
    // Only a sweep supersedes a sweep. Changes by other plans are drift for an older sweep.
    if (start.kind !== 'sweep') continue;
    if (Date.parse(start.created) <= Date.parse(plan.created)) continue;
    throw new RootsweepError(
      'PLAN_SUPERSEDED',
      `a newer plan of organization "${plan.organization}", made at ${makeVisible(start.created)}, was applied already (${quoteVisibly(name)})`,
      { hint: 'plan again; an older plan is never applied after a newer one' },
    );
  }
}

/** Undefined if there is no file, or a crash tore its first line: then nothing was done. */
async function readHead(
  storage: JournalStorage,
  path: string,
  verifyRun: RunVerifier,
): Promise<RunStarted | undefined> {
  // Others may have chosen the name.
  const shown = makeVisible(path);
  try {
    const bytes = await storage.readStart(path, MAX_HEAD);
    const whole = bytes.length < MAX_HEAD ? wholeLines(bytes) : bytes;
    const end = whole.indexOf(0x0a) + 1;
    if (end === 0 && bytes.length < MAX_HEAD) return undefined;
    const { records } = decodeJournal(whole.subarray(0, end), undefined, shown, verifyRun);
    const [head] = records;
    if (head?.type === 'run-started') return head;
    throw new RootsweepError(
      'JOURNAL_INVALID',
      `${shown}:1:1: the journal starts with a line that is too long`,
    );
  } catch (error) {
    const found = explain(error, 'FILE_UNREADABLE', `cannot read the journal "${shown}"`);
    if (!(found instanceof RootsweepError)) throw error;
    if (found.code === 'FILE_NOT_FOUND') return undefined;
    throw new RootsweepError('JOURNAL_INVALID', `${found.message}; it could be the journal of a newer plan`, {
      hint: `if it is not a journal of this organization, move "${shown}" out of the folder of the plan; else restore it, or make it readable`,
      cause: error,
    });
  }
}
