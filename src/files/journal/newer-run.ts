/** Whether a newer plan was applied already: an older one that is sent round again is a mistake, or worse. */
import { join } from 'node:path';
import type { RunStarted } from '../../core/apply/journal.js';
import { decodeJournal, type RunVerifier, wholeLines } from '../../core/apply/journal-line.js';
import { makeVisible, quoteVisibly } from '../../core/base/text.js';
import type { Plan } from '../../core/plan/plan.js';
import { RootsweepError } from '../../errors.js';
import { explain } from '../io/text-file.js';
import type { JournalStorage } from './journal-storage.js';

/** In bytes. The head of a run names accounts at most twice, with --only and --exclude: 10,000 accounts take 300 KB. */
const MAX_HEAD = 2 ** 20;

/**
 * Looks at the journals beside the plan: each begins with the plan that it is of. A newer plan of the same organization
 * takes the older one's place, whatever its policy: it may spare what the older one deletes.
 * @throws RootsweepError PLAN_SUPERSEDED; JOURNAL_INVALID for a journal that cannot be read or was not signed by a
 * trusted operator: it could be that of a newer plan.
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
    // Only a sweep replaces a sweep: what another plan changed in an account, an older sweep finds there as drift.
    if (start.kind !== 'sweep') continue;
    if (Date.parse(start.created) <= Date.parse(plan.created)) continue;
    throw new RootsweepError(
      'PLAN_SUPERSEDED',
      `a newer plan of organization "${plan.organization}", made at ${makeVisible(start.created)}, was applied already (${quoteVisibly(name)})`,
      { hint: 'plan again; an older plan is never applied after a newer one' },
    );
  }
}

/** Undefined where there is no file, or a crash tore its first line: then nothing was done. */
async function readHead(
  storage: JournalStorage,
  path: string,
  verifyRun: RunVerifier,
): Promise<RunStarted | undefined> {
  // Whoever can put files beside the plan can name them, too.
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
