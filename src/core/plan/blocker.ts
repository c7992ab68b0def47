/** The findings that stop a plan, or only an account of it. */
import { type Finding, type FullEntry, isBlocking, isFullEntry, type Plan } from './plan.js';

export interface Blocker {
  /** Absent if the finding is about the policy or the whole organization. */
  readonly entry?: FullEntry;
  readonly finding: Finding;
}

/** Every blocking finding: those of the plan as a whole first, then those of the accounts by id. */
export function listBlockers(plan: Plan): Blocker[] {
  return [
    ...plan.findings.filter(isBlocking).map((finding) => ({ finding })),
    ...listFullEntries(plan).flatMap((entry) =>
      entry.findings.filter(isBlocking).map((finding) => ({ entry, finding })),
    ),
  ];
}

/** The entries of all accounts that are not clean. */
export function listFullEntries(plan: Plan): FullEntry[] {
  return plan.accounts.filter(isFullEntry);
}
