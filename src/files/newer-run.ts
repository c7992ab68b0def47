/** Whether a newer plan was applied already: an older one that is sent round again is a mistake, or worse. */
import { join } from 'node:path';
import { isObject, isRecord } from '../core/journal-shape.js';
import type { Plan } from '../core/plan.js';
import { makeVisible, quoteVisibly } from '../core/text.js';
import { RootsweepError } from '../errors.js';
import type { JournalStorage } from './journal-storage.js';

/**
 * Looks at the journals beside the plan: each begins with the plan that it is of. Only plans of the same organization
 * and the same policy take each other's place.
 * @throws RootsweepError PLAN_SUPERSEDED
 */
export async function refuseSuperseded(
  storage: JournalStorage,
  folder: string,
  plan: Pick<Plan, 'created' | 'organization' | 'policy'>,
): Promise<void> {
  for (const name of await storage.list(folder)) {
    if (!name.endsWith('.journal.jsonl')) continue;
    const start = await readStart(storage, join(folder, name));
    if (start === undefined || start.organization !== plan.organization) continue;
    // A remedy takes no deletion's place: what it changed in an account, an older plan finds there as drift.
    if (start.remedy !== undefined) continue;
    if (start.policy !== plan.policy.sha256 || Date.parse(start.created) <= Date.parse(plan.created))
      continue;
    throw new RootsweepError(
      'PLAN_SUPERSEDED',
      `a newer plan of organization "${plan.organization}", made at ${makeVisible(start.created)}, was applied already (${quoteVisibly(name)})`,
      { hint: 'plan again; an older plan is never applied after a newer one' },
    );
  }
}

/** What is no journal tells nothing of newer plans, and is told where it is used. */
async function readStart(storage: JournalStorage, path: string) {
  const bytes = await storage.read(path).catch(() => Buffer.alloc(0));
  try {
    const value: unknown = JSON.parse(bytes.subarray(0, Math.max(0, bytes.indexOf(0x0a))).toString());
    return isObject(value) && isRecord(value) && value.type === 'run-started' ? value : undefined;
  } catch {
    return undefined;
  }
}
