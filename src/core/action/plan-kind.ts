/** The kinds of plans. */

/**
 * `sweep`: deletes root credentials. `recovery`: lets named accounts recover their root password. `unlock`: deletes or
 * replaces the policy of a bucket or a queue that denies everyone.
 */
export const PLAN_KINDS = ['sweep', 'recovery', 'unlock'] as const;

export type PlanKind = (typeof PLAN_KINDS)[number];

/** The kinds for which the user names the accounts and gives a reason. */
export type NamedPlanKind = Exclude<PlanKind, 'sweep'>;

/** Centralized root access: the features of IAM that turn it on. */
export type RootFeature = 'RootCredentialsManagement' | 'RootSessions';

interface PlanKindRow {
  /** Of an entry in which the plan acts. */
  readonly decision: 'delete' | 'recover' | 'unlock';
  /**
   * `organization`: the plan holds every account, and the policy decides about each. `named`: the plan holds the accounts
   * that the user named; only the organization and the expiry of the policy apply.
   */
  readonly accounts: 'organization' | 'named';
  /** Required by its root sessions. */
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

/** The most accounts in a plan whose accounts are named. */
export const MOST_NAMED = 10;
