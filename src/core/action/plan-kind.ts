/** The kinds of plans. */

/**
 * `sweep`: deletes root credentials. `recovery`: lets named accounts recover their root password. `unlock`: deletes or
 * replaces the policy of a bucket or a queue that denies everyone.
 */
export const PLAN_KINDS = ['sweep', 'recovery', 'unlock'] as const;

export type PlanKind = (typeof PLAN_KINDS)[number];

/** The kinds of which the user names the accounts, and says why. */
export type NamedPlanKind = Exclude<PlanKind, 'sweep'>;

/** Centralized root access: the features of IAM that turn it on. */
export type RootFeature = 'RootCredentialsManagement' | 'RootSessions';

interface PlanKindRow {
  /** About an account in which the plan acts. */
  readonly decision: 'delete' | 'recover' | 'unlock';
  /**
   * `organization`: the plan holds every account, and the policy decides about each. `named`: it holds the accounts that
   * the user named; of the policy, only the organization and the expiry apply.
   */
  readonly accounts: 'organization' | 'named';
  /** That its root sessions need. */
  readonly feature: RootFeature;
}

export const PLANS: Readonly<Record<PlanKind, PlanKindRow>> = {
  sweep: { decision: 'delete', accounts: 'organization', feature: 'RootCredentialsManagement' },
  recovery: { decision: 'recover', accounts: 'named', feature: 'RootCredentialsManagement' },
  unlock: { decision: 'unlock', accounts: 'named', feature: 'RootSessions' },
};

export function isNamedKind(kind: PlanKind): kind is NamedPlanKind {
  return PLANS[kind].accounts === 'named';
}

/** Most accounts of a plan that names its accounts. */
export const MOST_NAMED = 10;
