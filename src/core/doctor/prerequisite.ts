/** What must be true before a plan can succeed, and the result for each. */
import { EXIT } from '../../errors.js';

/** In the order in which they are shown. */
export const PREREQUISITES = [
  'region',
  'credentials',
  'clock',
  'organization',
  'caller-account',
  'trusted-access',
  'root-credentials-management',
  'root-sessions',
  'accounts',
  'service-control-policies',
  'audit-session',
  'delete-session',
  'root-activity',
] as const;

/** Checked on request only: most users never recover or unlock anything. In the order in which they are shown. */
export const RECOVERY_PREREQUISITES = [
  'recover-session',
  'unlock-bucket-session',
  'unlock-queue-session',
] as const;

export type Prerequisite = (typeof PREREQUISITES)[number] | (typeof RECOVERY_PREREQUISITES)[number];

/** The prerequisites that depend on this one. The note about root activity depends on none. */
export function listAfter(prerequisite: Prerequisite): Prerequisite[] {
  const order: readonly Prerequisite[] = PREREQUISITES;
  return order.slice(order.indexOf(prerequisite) + 1).filter((it) => it !== 'root-activity');
}

/** What cannot succeed without a prerequisite. */
export type Purpose = 'plan' | 'apply' | 'recover' | 'unlock';

/** What to do: a sentence, a command with where to run it, or both. */
export interface Fix {
  readonly text?: string;
  /** One line for a shell. */
  readonly run?: string;
}

/** A service control policy that denies root sessions. */
export interface DenyingPolicy {
  readonly id: string;
  readonly name: string;
  /** The active member accounts in which it does. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  /** Its denying statements, corrected, as indented JSON. */
  readonly corrected: readonly string[];
}

/** `unknown` could not be checked, and is never `fine` (promise 4). */
export type Outcome =
  | { readonly kind: 'fine'; readonly says: string }
  | {
      readonly kind: 'fault';
      readonly stops: readonly Purpose[];
      readonly says: string;
      readonly fix: Fix;
      readonly policy?: DenyingPolicy;
    }
  | { readonly kind: 'unknown'; readonly says: string; readonly fix: Fix }
  /** It depends on another prerequisite that is not fine. */
  | { readonly kind: 'not-checked'; readonly because: Prerequisite }
  /** Always true, and worth knowing beforehand. */
  | { readonly kind: 'note'; readonly says: string };

/** One prerequisite can have several findings: one for each policy. */
export interface PrerequisiteFinding {
  readonly prerequisite: Prerequisite;
  readonly outcome: Outcome;
}

/**
 * What an unknown prerequisite may stop; those not listed here may stop a plan. Applying does not list accounts, and
 * planning does not delete.
 */
const STOPS: Readonly<Partial<Record<Prerequisite, readonly Purpose[]>>> = {
  'root-sessions': ['unlock'],
  'delete-session': ['apply'],
  'recover-session': ['recover'],
  'unlock-bucket-session': ['unlock'],
  'unlock-queue-session': ['unlock'],
};

export interface PrerequisiteVerdict {
  readonly fine: number;
  /** Faults that stop a plan. */
  readonly stopping: number;
  /** Faults that stop something else. */
  readonly others: number;
  readonly unknown: number;
  readonly notChecked: number;
  readonly exitCode: number;
}

/** The exit code is 3 if something stops a plan, else 1 if something that may stop one is unknown, else 0. */
export function judgeFindings(findings: readonly PrerequisiteFinding[]): PrerequisiteVerdict {
  const stops = ({ prerequisite, outcome }: PrerequisiteFinding) =>
    (outcome.kind === 'fault' ? outcome.stops : (STOPS[prerequisite] ?? ['plan'])).includes('plan');
  const of = (kind: Outcome['kind']) => findings.filter(({ outcome }) => outcome.kind === kind);
  const [faults, unknown] = [of('fault'), of('unknown')];
  const stopping = faults.filter(stops).length;
  return {
    fine: of('fine').length,
    stopping,
    others: faults.length - stopping,
    unknown: unknown.length,
    notChecked: of('not-checked').length,
    exitCode: stopping > 0 ? EXIT.blocked : unknown.some(stops) ? EXIT.failed : EXIT.done,
  };
}
