/** What stops a plan, or only an account of it: the reviewer's first question. */
import type { Finding, FullEntry, Plan } from './plan.js';

export interface Blocker {
  /** Absent where the finding is about the policy or the organization as a whole. */
  readonly entry?: FullEntry;
  readonly finding: Finding;
}

/** Every blocking finding: those of the plan as a whole first, then those of the accounts by id. */
export function listBlockers(plan: Plan): Blocker[] {
  const blocks = ({ severity }: Finding) => severity === 'block';
  return [
    ...plan.findings.filter(blocks).map((finding) => ({ finding })),
    ...listFullEntries(plan).flatMap((entry) =>
      entry.findings.filter(blocks).map((finding) => ({ entry, finding })),
    ),
  ];
}

/** The accounts of which a plan has something to say. */
export function listFullEntries(plan: Plan): FullEntry[] {
  return plan.accounts.filter((entry): entry is FullEntry => entry.decision !== 'clean');
}
