/** A policy file, parsed, validated and completed with the defaults. */
import type { CredentialKind, CredentialName, GuardedKind } from '../action/credentials.js';
import { FINDINGS, type FindingCode, type Severity } from './findings.js';

/** Which accounts a rule selects. All given keys must match. */
export interface Selector {
  /** Twelve digits. */
  readonly account?: string;
  /** Glob over the account's name; case does not matter. */
  readonly name?: string;
  /** Glob over the account's email address; case does not matter. */
  readonly email?: string;
  /** `/Path/*` glob over OU names, or the id of a root or OU, which selects everything below it. */
  readonly ou?: string;
  /** Every tag must have exactly this value. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Dates (`2026-01-31`, midnight UTC) or instants; `before` and `after` both exclude the instant itself. */
  readonly joined?: { readonly before?: string; readonly after?: string };
  readonly joinedMethod?: 'INVITED' | 'CREATED';
}

/** One entry of `include` or `exclude`, with its position in the file. */
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
  /** The last day (UTC, `2027-03-31`) of the exclusion. A finding reports an ended exclusion; it still excludes. */
  readonly until?: string;
}

/** Allows the deletion of one access key or signing certificate that the guards would keep. `id` is the credential's. */
export interface Waiver extends CredentialName {
  readonly kind: GuardedKind;
  readonly id: string;
  /** `waivers[0]`: the position in the policy file, and its line, one-based. */
  readonly place: string;
  readonly line: number;
  readonly reason: string;
  /** The last day (UTC) on which it holds. */
  readonly until: string;
}

/**
 * The severity of each finding. `selector-unmatched` has one for each kind of rule: an exclusion that matches nothing may
 * be a mistyped account that was meant to be protected.
 */
export interface FindingSettings {
  readonly severity: Readonly<Record<Exclude<FindingCode, 'selector-unmatched'>, Severity>>;
  readonly unmatched: { readonly include: Severity; readonly exclude: Severity };
  /** The days that `root-used-recently` looks back. */
  readonly recentDays: number;
}

/** A step of the rollout: a total of accounts, or a percentage of them. */
export type Wave = {
  readonly kind: 'accounts' | 'percent';
  readonly value: number;
};

export interface Policy {
  /** Any other organization is refused. */
  readonly organization?: string;
  /** Empty: every member account. */
  readonly include: readonly Rule[];
  readonly exclude: readonly Exclusion[];
  /** The kinds that a plan may delete. */
  readonly delete: ReadonlySet<CredentialKind>;
  /** Guard of access keys: how long a key must have been unused, in ms, a whole number of days. */
  readonly unusedFor: number;
  readonly waivers: readonly Waiver[];
  readonly findings: FindingSettings;
  /** Whether one blocked account stops the whole plan, or only itself. */
  readonly blocking: 'organization' | 'account';
  /** The most accounts that a plan may change: a number, and a percentage of the member accounts. */
  readonly limits: { readonly accounts?: number; readonly percent?: number };
  /** How long a plan must wait after its last required signature, in ms: time to object. */
  readonly notBefore?: number;
  /** From a plan's creation to its expiry, in ms. */
  readonly expiresAfter: number;
  readonly rollout: {
    readonly waves: readonly Wave[];
    readonly stopAfterFailures: number;
  };
}

/** The settings of a policy without `findings`. */
export const DEFAULT_FINDINGS: FindingSettings = {
  severity: severitiesOf(FINDINGS),
  unmatched: { include: 'warn', exclude: FINDINGS['selector-unmatched'].severity },
  recentDays: 90,
};

function severitiesOf({ 'selector-unmatched': _, ...rows }: typeof FINDINGS): FindingSettings['severity'] {
  const severities = Object.entries(rows).map(([code, { severity }]) => [code, severity]);
  return Object.fromEntries(severities) as FindingSettings['severity'];
}
