/** The plan as data: exactly the signed body of a plan file. */
import type { AccountState, MaskedEmail } from '../account/organization.js';
import {
  type Action,
  credentialOf,
  type DeleteAction,
  isDeleteAction,
  type RecoverAction,
  type UnlockAction,
} from '../action/action.js';
import {
  CREDENTIAL_KINDS,
  type Credential,
  type CredentialKind,
  compareText,
  type Observation,
  sortCredentials,
} from '../action/credentials.js';
import type { NamedPlanKind, PlanKind } from '../action/plan-kind.js';
import { defined } from '../base/defined.js';
import { type FindingCode, SEVERITIES, type Severity } from '../policy/findings.js';
import type { Permission } from '../policy/permission.js';
import type { Policy } from '../policy/policy.js';

/** Something that a reviewer should know about an account, the policy or the whole organization. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
}

export const DECISIONS = [
  'delete',
  'recover',
  'unlock',
  'blocked',
  'unknown',
  'kept',
  'excluded',
  'not-active',
  'clean',
] as const;

/**
 * `clean`: the account holds no root credential. `kept`: it holds some, and the policy deletes none. `delete`, `recover`,
 * `unlock`: the plan acts in it. `blocked`: a finding stops it. `unknown`: its audit failed.
 */
export type Decision = (typeof DECISIONS)[number];

/** The facts of an account in Organizations; all are compared again before anything is deleted in it. */
export interface EntryFacts {
  readonly name: string;
  /** Only if a rule about email addresses decided. */
  readonly email?: MaskedEmail;
  readonly state: AccountState;
  /** Path of OU names, `/` for the root; absent if AWS did not return the account's place. */
  readonly ou?: string;
  readonly parents: readonly string[];
  readonly joined: string;
  readonly joinedMethod: string;
  /** Only if a rule about tags was reached. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An account without root credentials: one line of the plan. */
export interface CleanEntry {
  readonly id: string;
  readonly decision: 'clean';
  readonly by: 'summary' | 'listing';
}

export interface FullEntry extends EntryFacts {
  readonly id: string;
  readonly decision: Exclude<Decision, 'clean'>;
  /** The rule that decided: one of the policy (`exclude[0] (line 9)`), or a built-in one. */
  readonly rule: string;
  /** The reason and the last day of an exclusion. */
  readonly reason?: string;
  readonly until?: string;
  /** Absent if the account was not audited. */
  readonly observed?: Observation;
  readonly findings: readonly Finding[];
  /** In execution order. */
  readonly actions: readonly Action[];
}

export type Entry = CleanEntry | FullEntry;

/** An account in which the plan deletes something. */
export interface DeleteEntry extends FullEntry {
  readonly decision: 'delete';
  readonly observed: Extract<Observation, { kind: 'audited' }>;
  readonly actions: readonly DeleteAction[];
}

/** An account that the user named, in which the plan acts. */
export type NamedEntry = FullEntry &
  (
    | { readonly decision: 'recover'; readonly actions: readonly [RecoverAction] }
    | { readonly decision: 'unlock'; readonly actions: readonly [UnlockAction] }
  );

/** An account in which the plan acts: the only kind of entry that `apply` accepts. */
export type ActionEntry = DeleteEntry | NamedEntry;

export interface Totals {
  readonly accounts: number;
  readonly decisions: Readonly<Record<Decision, number>>;
  /** Credentials that the plan deletes, by kind. */
  readonly deletions: Readonly<Record<CredentialKind, number>>;
  /** Findings of all accounts and of the plan as a whole, by severity. */
  readonly findings: Readonly<Record<Severity, number>>;
}

/** The origin of a plan: everything in it that neither the policy nor the audit decides. */
export interface PlanHeader {
  /** UUID. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /**
   * How long the plan must wait after its last required signature, such as `24h`; absent if the policy asks for no wait.
   */
  readonly notBefore?: string;
  readonly expires: string;
  /** `rootsweep 1.2.3` */
  readonly tool: string;
  readonly partition: string;
  readonly organization: string;
  readonly managementAccount: string;
  /** ARN of the caller that audited. */
  readonly plannedBy: string;
  /** `commit` is that of the git checkout of the file, if there is one and the file is unchanged in it. */
  readonly policy: {
    readonly path: string;
    readonly sha256: string;
    readonly commit?: string;
    /** The policy that it was compared with to find loosenings; absent if there was none. */
    readonly base?: { readonly ref: string; readonly commit: string; readonly sha256: string };
  };
}

export interface Plan extends PlanHeader {
  readonly version: 1;
  readonly kind: PlanKind;
  /** The planner's reason; absent for a sweep. */
  readonly reason?: string;
  /** False if findings stop the plan: it can be shown, and not applied. */
  readonly applicable: boolean;
  readonly totals: Totals;
  /** About the policy or the whole organization. */
  readonly findings: readonly Finding[];
  /** By id: every account of the organization, or those that the user named. */
  readonly accounts: readonly Entry[];
}

/** Assembles a plan from the decisions. Equal input gives equal plans. */
export function assemblePlan(
  header: PlanHeader,
  policy: Pick<Policy, 'blocking' | 'limits' | 'findings'>,
  entries: readonly Entry[],
  policyFindings: readonly Finding[],
): Plan {
  const accounts = [...entries].sort((a, b) => compareText(a.id, b.id));
  const findings = [...policyFindings, ...limitFindings(policy, header.managementAccount, accounts)];
  return {
    version: 1,
    kind: 'sweep',
    ...header,
    applicable: isApplicable(policy.blocking, findings, accounts),
    totals: countTotals(findings, accounts),
    findings,
    accounts,
  };
}

/** The rule of an account that the user named. */
export const NAMED_RULE = 'named by the planner';

/** Assembles a plan of accounts that the user named, sorted by id. */
export function assembleNamedPlan(
  kind: NamedPlanKind,
  reason: string,
  header: Omit<PlanHeader, 'notBefore'>,
  accounts: readonly NamedEntry[],
): Plan {
  return {
    version: 1,
    kind,
    reason,
    ...header,
    applicable: !hasBlockedAccount(accounts),
    totals: countTotals([], accounts),
    findings: [],
    accounts,
  };
}

/** Whether the plan acts in the account. `findPlanFault` has checked every plan that was read. */
export function isActionEntry(entry: Entry): entry is ActionEntry {
  return isDeleteEntry(entry) || isNamedEntry(entry);
}

export function isDeleteEntry(entry: Entry): entry is DeleteEntry {
  return entry.decision === 'delete' && entry.observed?.kind === 'audited';
}

export function isNamedEntry(entry: Entry): entry is NamedEntry {
  return entry.decision === 'recover' || entry.decision === 'unlock';
}

export function isFullEntry(entry: Entry | undefined): entry is FullEntry {
  return entry !== undefined && entry.decision !== 'clean';
}

export function findingsOf(entry: Entry | undefined): readonly Finding[] {
  return isFullEntry(entry) ? entry.findings : [];
}

export function isBlocking({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity === 'block';
}

/**
 * The actions that delete the credentials of the given kinds that no guard keeps, in the safe order (promise 6).
 */
export function planActions(
  credentials: readonly Credential[],
  kinds: ReadonlySet<CredentialKind>,
  judge: (credential: Credential) => Permission,
): DeleteAction[] {
  return sortCredentials(credentials)
    .filter(({ kind }) => kinds.has(kind))
    .flatMap((credential): DeleteAction[] => {
      const permission = judge(credential);
      if (permission.kind === 'guarded') return [];
      const { kind, id } = credential;
      const by = permission.kind === 'allowed' ? permission.by : undefined;
      return [defined({ kind: `delete-${kind}` as const, id, by })];
    });
}

export function countTotals(findings: readonly Finding[], accounts: readonly Entry[]): Totals {
  const actions = accounts.filter(isFullEntry).flatMap((entry) => entry.actions);
  const allFindings = [...findings, ...accounts.flatMap(findingsOf)];
  return {
    accounts: accounts.length,
    decisions: countBy(DECISIONS, accounts, (entry) => entry.decision),
    deletions: countBy(CREDENTIAL_KINDS, actions.filter(isDeleteAction), (it) => credentialOf(it).kind),
    findings: countBy(SEVERITIES, allFindings, (finding) => finding.severity),
  };
}

/** Whether no finding stops the plan under a policy. */
export function isApplicable(
  blocking: Policy['blocking'],
  findings: readonly Finding[],
  accounts: readonly Entry[],
): boolean {
  return !findings.some(isBlocking) && (blocking === 'account' || !hasBlockedAccount(accounts));
}

export function hasBlockedAccount(accounts: readonly Entry[]): boolean {
  return accounts.some((entry) => findingsOf(entry).some(isBlocking));
}

/** The finding of a plan that exceeds the policy's limits. */
export function limitFindings(
  policy: Pick<Policy, 'limits' | 'findings'>,
  managementAccount: string,
  accounts: readonly Entry[],
): Finding[] {
  const touched = accounts.filter((entry) => entry.decision === 'delete').length;
  const message = findExceededLimit(policy.limits, touched, countMembers(managementAccount, accounts));
  const code = 'limit-exceeded';
  return message === undefined ? [] : [{ code, severity: policy.findings.severity[code], message }];
}

export function countMembers(managementAccount: string, accounts: readonly Entry[]): number {
  return accounts.filter((entry) => entry.id !== managementAccount).length;
}

/** A sentence about the limit that `touched` of `members` accounts exceed, or undefined. */
export function findExceededLimit(
  limits: Policy['limits'],
  touched: number,
  members: number,
): string | undefined {
  if (limits.accounts !== undefined && touched > limits.accounts) {
    return `The plan deletes credentials in ${touched} accounts; limits.accounts allows ${limits.accounts}`;
  }
  if (limits.percent !== undefined && touched * 100 > limits.percent * members) {
    return `The plan deletes credentials in ${touched} of ${members} member accounts; limits.percent allows ${limits.percent}%`;
  }
  return undefined;
}

function countBy<K extends string, T>(
  keys: readonly K[],
  items: readonly T[],
  keyOf: (item: T) => K,
): Record<K, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
  for (const item of items) counts[keyOf(item)] += 1;
  return counts;
}
