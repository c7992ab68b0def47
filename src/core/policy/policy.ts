/** What a policy file says, once it is parsed, validated and completed with the defaults. */
import type { CredentialKind, CredentialName } from '../action/credentials.js';
import { FINDINGS, type FindingCode, type Severity } from './findings.js';

/** Which accounts a rule is about. All given keys must hold. */
export interface Selector {
  /** Twelve digits. */
  readonly account?: string;
  /** Glob over the account's name; case does not matter. */
  readonly name?: string;
  /** Glob over the account's email address; case does not matter. */
  readonly email?: string;
  /** `/Path/*` glob over OU names, or the id of a root or OU, which means everything below it. */
  readonly ou?: string;
  /** Every tag must be there with exactly this value. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Dates (`2026-01-31`, midnight UTC) or instants; `before` and `after` both exclude the instant itself. */
  readonly joined?: { readonly before?: string; readonly after?: string };
  readonly joinedMethod?: 'INVITED' | 'CREATED';
}

/** One entry of `include` or `exclude`, and where in the file it stands. */
export interface Rule {
  /** `include[0]`, `exclude[2]`: the position in the policy file. */
  readonly id: string;
  readonly selector: Selector;
  /** One-based. */
  readonly line: number;
  readonly column: number;
}

/** `exclude[0] (line 9)`: a rule as a plan names it. */
export function nameRule(rule: Pick<Rule, 'id' | 'line'>): string {
  return `${rule.id} (line ${rule.line})`;
}

export interface Exclusion extends Rule {
  readonly reason: string;
  /** The last day (UTC, `2027-03-31`) on which the exclusion is meant to hold. */
  readonly until?: string;
}

/** Lets one access key or signing certificate go that the guards would keep. `id` is the credential's. */
export interface Waiver extends CredentialName {
  readonly kind: 'access-key' | 'signing-certificate';
  readonly id: string;
  /** `waivers[0]`: the position in the policy file, and its line, one-based. */
  readonly place: string;
  readonly line: number;
  readonly reason: string;
  /** The last day (UTC) on which it holds. */
  readonly until: string;
}

/**
 * How much each finding weighs. `selector-unmatched` weighs differently for the two kinds of rule: an exclusion
 * that matches nothing may be a mistyped account that somebody meant to protect.
 */
export interface FindingSettings {
  readonly severity: Readonly<Record<Exclude<FindingCode, 'selector-unmatched'>, Severity>>;
  readonly unmatched: {
    readonly include: Severity;
    readonly exclude: Severity;
  };
  /** `root-used-recently` looks back this many days. */
  readonly recentDays: number;
}

/** A step of the rollout: so many accounts in all, or so many percent of them. */
export type Wave = {
  readonly kind: 'accounts' | 'percent';
  readonly value: number;
};

export interface Policy {
  /** Pin: any other organization is refused. */
  readonly organization?: string;
  /** Empty: every member account. */
  readonly include: readonly Rule[];
  readonly exclude: readonly Exclusion[];
  /** What a plan may contain. */
  readonly delete: ReadonlySet<CredentialKind>;
  /** Guard of access keys: milliseconds, a whole number of days, for which one must not have been used. */
  readonly unusedFor: number;
  /** What goes in spite of the guards. */
  readonly waivers: readonly Waiver[];
  readonly findings: FindingSettings;
  /** Whether one blocked account stops the whole plan, or only itself. */
  readonly blocking: 'organization' | 'account';
  /** Most accounts a plan may touch: a number, and a percentage of the member accounts. */
  readonly limits: { readonly accounts?: number; readonly percent?: number };
  /** Milliseconds from a plan's creation to the first instant at which it may be applied: time to object. */
  readonly notBefore?: number;
  /** Milliseconds from a plan's creation to its expiry. */
  readonly expiresAfter: number;
  readonly rollout: {
    readonly waves: readonly Wave[];
    readonly stopAfterFailures: number;
  };
}

/** Severities of a policy that says nothing about findings. */
export const DEFAULT_FINDINGS: FindingSettings = {
  severity: severitiesOf(FINDINGS),
  unmatched: { include: 'warn', exclude: FINDINGS['selector-unmatched'].severity },
  recentDays: 90,
};

function severitiesOf({ 'selector-unmatched': _, ...rows }: typeof FINDINGS): FindingSettings['severity'] {
  const severities = Object.entries(rows).map(([code, { severity }]) => [code, severity]);
  return Object.fromEntries(severities) as FindingSettings['severity'];
}
