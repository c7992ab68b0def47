/** The content of a policy file that matches its schema, before semantic checks and defaults. */
import type { CredentialKind, GuardedKind } from '../../core/action/credentials.js';
import type { FindingCode, Severity } from '../../core/policy/findings.js';
import type { Policy, Selector } from '../../core/policy/policy.js';

export interface PolicyFileContent {
  readonly version: 1;
  readonly organization?: string;
  readonly include?: readonly Selector[];
  readonly exclude?: readonly (Selector & { readonly reason: string; readonly until?: string })[];
  readonly delete?: readonly CredentialKind[];
  /** `unusedFor`: a duration for `parseDuration`. */
  readonly guards?: { readonly 'access-key'?: { readonly unusedFor?: string } };
  readonly waivers?: readonly WaiverDocument[];
  readonly findings?: FindingsDocument;
  readonly blocking?: Policy['blocking'];
  readonly limits?: Policy['limits'];
  /** Durations for `parseDuration`. */
  readonly notBefore?: string;
  readonly expiresAfter?: string;
  readonly rollout?: { readonly waves?: readonly WaveDocument[]; readonly stopAfterFailures?: number };
}

/** Names one credential by its kind and id. */
export type WaiverDocument = { readonly reason: string; readonly until: string } & {
  readonly [K in GuardedKind]: Readonly<Record<K, string>>;
}[GuardedKind];

/** A number of accounts, or a percentage: `25%`. */
export type WaveDocument = number | string;

export type FindingsDocument = Readonly<
  Partial<Record<Exclude<FindingCode, 'root-used-recently' | 'selector-unmatched'>, Severity>>
> & {
  readonly 'root-used-recently'?: Severity | { readonly days?: number; readonly severity: Severity };
  readonly 'selector-unmatched'?: Severity | { readonly include?: Severity; readonly exclude?: Severity };
};
