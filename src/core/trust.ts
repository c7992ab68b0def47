/** Whose signatures count, and how many of them: what `trust.yaml` says. */
import type { PublicKey } from './key.js';

/** What a signature on a plan says: "I made this plan", or "I have read it, and it may be applied". */
export const ROLES = ['planner', 'approver'] as const;
export type Role = (typeof ROLES)[number];

export interface TrustedKey {
  /** Unique within the file. */
  readonly name: string;
  readonly key: PublicKey;
  /** In which its signatures count. */
  readonly roles: readonly Role[];
  /** The last day (UTC, `2027-03-31`) on which its signatures count. */
  readonly until?: string;
}

export interface Trust {
  /** How many different keys must have signed a plan: in any role, or so many in each. One key counts once. */
  readonly threshold: number | Readonly<Record<Role, number>>;
  readonly keys: readonly TrustedKey[];
}

/** A key of the trust file that signed, and what for. */
export interface Signer {
  readonly name: string;
  readonly keyid: string;
  readonly role: Role;
  /** The last day on which that counts. */
  readonly until?: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** Whether a key's last day is over. */
export function hasEnded({ until }: Pick<TrustedKey, 'until'>, now: Date): boolean {
  return until !== undefined && now.getTime() >= Date.parse(until) + DAY;
}

/** What a threshold still wants of signers who all were good once: a key may end while a plan is applied. */
export function recountSigners(
  threshold: Trust['threshold'],
  signers: readonly Signer[],
  now: Date,
): Readonly<Record<Role | 'any', number>> {
  const signed = new Map<string, Set<Role>>();
  for (const signer of signers) {
    if (!hasEnded(signer, now))
      signed.set(signer.keyid, (signed.get(signer.keyid) ?? new Set()).add(signer.role));
  }
  return findShortfall(threshold, signed.values());
}

/**
 * How many signatures a threshold still wants. A key that signed in both roles counts in one of them, in the one in
 * which it is needed: nobody approves their own plan.
 * @param signed the roles in which each key signed.
 * @returns in all, and of each role; all zero where nothing is missing.
 */
export function findShortfall(
  threshold: Trust['threshold'],
  signed: Iterable<ReadonlySet<Role>>,
): Readonly<Record<Role | 'any', number>> {
  const keys = [...signed].filter((roles) => roles.size > 0);
  if (typeof threshold === 'number') {
    return { any: Math.max(0, threshold - keys.length), planner: 0, approver: 0 };
  }
  const only = (role: Role) => keys.filter((roles) => roles.size === 1 && roles.has(role)).length;
  let both = keys.filter((roles) => roles.size === 2).length;
  const missing = { any: 0, planner: 0, approver: 0 };
  for (const role of ROLES) {
    const lacking = Math.max(0, threshold[role] - only(role));
    missing[role] = Math.max(0, lacking - both);
    both = Math.max(0, both - lacking);
  }
  return missing;
}
