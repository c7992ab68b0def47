/** Trusted signers: what `trust.yaml` says about keys, roles, thresholds and revoked plans. */
import type { PublicKey } from './key.js';

/**
 * What a signature states. planner: "I made this plan". approver: "I read it at this time, and it may be applied".
 * witness: "I audited independently at this time, and got the same bytes". operator: "I did this run", or "I wrote this
 * receipt".
 */
export const ROLES = ['planner', 'approver', 'witness', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** The roles in which keys sign a plan. */
export const PLAN_ROLES = ['planner', 'approver', 'witness'] as const satisfies readonly Role[];
export type PlanRole = (typeof PLAN_ROLES)[number];

/** A number of signatures for each role. */
export type RoleCounts = Readonly<Record<PlanRole, number>>;

export interface TrustedKey {
  /** Unique within the file. */
  readonly name: string;
  readonly key: PublicKey;
  /** The roles in which its signatures count. */
  readonly roles: readonly Role[];
  /** The last day (UTC, `2027-03-31`) on which its signatures count. */
  readonly until?: string;
}

/** A plan that must not be used, whatever its signatures. */
export interface RevokedPlan {
  /** SHA-256 of the plan's body, in hex. */
  readonly plan: string;
  readonly reason: string;
}

export interface Trust {
  /** How many different keys must sign a plan in each role. A key counts in one role only. */
  readonly threshold: RoleCounts;
  readonly keys: readonly TrustedKey[];
  readonly revoked: readonly RevokedPlan[];
}

/** A trusted key that signed a plan, and its role. */
export interface Signer {
  readonly name: string;
  readonly keyid: string;
  readonly role: PlanRole;
  /** When an approver or a witness signed: ISO 8601, UTC. A planner signs at the plan's `created`. */
  readonly at?: string;
  /** The last day on which the signature counts. */
  readonly until?: string;
}

/**
 * How many signatures a plan still needs in each role. A key that signed in several roles counts in one of them, so that
 * planners cannot approve their own plans.
 */
export function countMissing(threshold: RoleCounts, signers: readonly Signer[]): RoleCounts {
  const signed = new Map<string, Set<PlanRole>>();
  for (const { keyid, role } of signers) signed.set(keyid, (signed.get(keyid) ?? new Set()).add(role));
  // A maximum matching of keys to the required signatures, by augmenting paths.
  const required = PLAN_ROLES.flatMap((role) => Array<PlanRole>(threshold[role]).fill(role));
  const assigned = new Map<string, number>();
  const assign = (place: number, tried: Set<string>): boolean => {
    for (const [keyid, roles] of signed) {
      const role = required[place];
      if (role === undefined || !roles.has(role) || tried.has(keyid)) continue;
      tried.add(keyid);
      const occupied = assigned.get(keyid);
      if (occupied !== undefined && !assign(occupied, tried)) continue;
      assigned.set(keyid, place);
      return true;
    }
    return false;
  };
  const missing = { planner: 0, approver: 0, witness: 0 };
  for (const [place, role] of required.entries()) if (!assign(place, new Set())) missing[role] += 1;
  return missing;
}

export function isEnough(missing: RoleCounts): boolean {
  return PLAN_ROLES.every((role) => missing[role] === 0);
}

/**
 * When a plan had all required signatures, in ms: `notBefore` starts then. Signatures without a time of their own count
 * from the creation of the plan.
 * @param created of the plan: ISO 8601.
 * @returns undefined if signatures are missing.
 */
export function findSignedSince(
  threshold: RoleCounts,
  signers: readonly Signer[],
  created: string,
): number | undefined {
  const timeOf = ({ at = created }: Signer) => Date.parse(at);
  const times = signers.map(timeOf).sort((a, b) => a - b);
  return times.find((time) => {
    const signedByThen = signers.filter((signer) => timeOf(signer) <= time);
    return isEnough(countMissing(threshold, signedByThen));
  });
}
