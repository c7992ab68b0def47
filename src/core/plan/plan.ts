/** The plan as data: exactly what the signed body of a plan file holds. */

import type { AccountState, MaskedEmail } from '../account/organization.js';
import {
  type Action,
  credentialOf,
  type DeleteAction,
  isDeleteAction,
  type RecoverAction,
  type UnlockAction,
} from '../action/action.js';
import type { Credential, CredentialKind, Observation } from '../action/credentials.js';
import { CREDENTIAL_KINDS, compareText, sortCredentials } from '../action/credentials.js';
import type { NamedPlanKind, PlanKind } from '../action/plan-kind.js';
import type { FindingCode, Severity } from '../policy/findings.js';
import type { Permission } from '../policy/permission.js';
import type { Policy } from '../policy/policy.js';

/** Something a reviewer should know, about an account, or about the policy and the organization as a whole. */
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
 * `clean`: holds no root credential. `kept`: holds some, none that the policy deletes. `delete`, `recover`, `unlock`: the
 * plan acts in it. `blocked`: a finding stops it. `unknown`: its audit failed.
 */
export type Decision = (typeof DECISIONS)[number];

/** What Organizations said of an account; all of it is compared again before anything is deleted in it. */
export interface EntryFacts {
  readonly name: string;
  /** Only where a rule about email addresses decided. */
  readonly email?: MaskedEmail;
  readonly state: AccountState;
  /** Path of OU names, `/` for the root; absent where AWS did not return the account's place. */
  readonly ou?: string;
  readonly parents: readonly string[];
  readonly joined: string;
  readonly joinedMethod: string;
  /** Only where a rule about tags was reached. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An account to which nothing happens and of which there is nothing to say: one line of the plan. */
export interface CleanEntry {
  readonly id: string;
  readonly decision: 'clean';
  readonly by: 'summary' | 'listing';
}

export interface FullEntry extends EntryFacts {
  readonly id: string;
  readonly decision: Exclude<Decision, 'clean'>;
  /** What decided: a rule of the policy (`exclude[0] at policy.yaml:9:5`), or a rule of rootsweep. */
  readonly rule: string;
  /** Of an exclusion: its reason and its last day. */
  readonly reason?: string;
  readonly until?: string;
  /** Absent where the account was not audited. */
  readonly observed?: Observation;
  readonly findings: readonly Finding[];
  /** In the order in which they will run. */
  readonly actions: readonly Action[];
}

export type Entry = CleanEntry | FullEntry;

/** An account in which the plan deletes something. */
export interface DeleteEntry extends FullEntry {
  readonly decision: 'delete';
  readonly observed: Extract<Observation, { kind: 'audited' }>;
  readonly actions: readonly DeleteAction[];
}

/** An account that the user named. */
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

/** Where a plan comes from: everything in it that neither the policy nor the audit decides. */
export interface PlanHeader {
  /** UUID. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /**
   * How long it must wait after its last required signature before it may be applied, such as `24h`; absent where the
   * policy asks for no wait.
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
  /** `commit` is that of the git checkout that holds the file, where there is one and the file is unchanged in it. */
  readonly policy: {
    readonly path: string;
    readonly sha256: string;
    readonly commit?: string;
    /** The policy that it was compared with, to tell how it is looser; absent where there was none. */
    readonly base?: { readonly ref: string; readonly commit: string; readonly sha256: string };
  };
}

export interface Plan extends PlanHeader {
  readonly version: 1;
  readonly kind: PlanKind;
  /** Why, in the words of who planned; absent of a sweep. */
  readonly reason?: string;
  /** False where findings stop the plan: it can be read and shown, and not applied. */
  readonly applicable: boolean;
  readonly totals: Totals;
  /** About the policy or the organization as a whole. */
  readonly findings: readonly Finding[];
  /** By id: every account of the organization, or of a plan that names its accounts, those. */
  readonly accounts: readonly Entry[];
}

/** Puts a plan together from the decisions, in the one order that the same input always gives. */
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

/** What decided about an account of a plan that names its accounts. */
export const NAMED_RULE = 'named by the planner';

/** Puts a plan together of accounts that the user named, by id. */
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
    applicable: !accounts.some(({ findings }) => findings.some(isBlocking)),
    totals: countTotals([], accounts),
    findings: [],
    accounts,
  };
}

/** Whether the plan acts in the account. A plan that was read has been checked by `findPlanFault`. */
export function isActionEntry(entry: Entry): entry is ActionEntry {
  return isDeleteEntry(entry) || isNamedEntry(entry);
}

export function isDeleteEntry(entry: Entry): entry is DeleteEntry {
  return entry.decision === 'delete' && entry.observed?.kind === 'audited';
}

export function isNamedEntry(entry: Entry): entry is NamedEntry {
  return entry.decision === 'recover' || entry.decision === 'unlock';
}

export function isBlocking({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity === 'block';
}

/**
 * The actions that delete those of an account's credentials that the policy deletes, and that no guard keeps, in the
 * safe order (promise 6).
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
      return [
        {
          kind: `delete-${kind}`,
          ...(id === undefined ? {} : { id }),
          ...(permission.kind === 'allowed' ? { by: permission.by } : {}),
        },
      ];
    });
}

export function countTotals(findings: readonly Finding[], accounts: readonly Entry[]): Totals {
  const full = accounts.filter((entry): entry is FullEntry => entry.decision !== 'clean');
  const actions = full.flatMap((entry) => entry.actions);
  const allFindings = [...findings, ...full.flatMap((entry) => entry.findings)];
  return {
    accounts: accounts.length,
    decisions: countBy(DECISIONS, accounts, (entry) => entry.decision),
    deletions: countBy(CREDENTIAL_KINDS, actions.filter(isDeleteAction), (it) => credentialOf(it).kind),
    findings: countBy(['block', 'warn', 'info'], allFindings, (finding) => finding.severity),
  };
}

/** Whether findings let a plan be applied under a policy. */
export function isApplicable(
  blocking: Policy['blocking'],
  findings: readonly Finding[],
  accounts: readonly Entry[],
): boolean {
  if (findings.some(isBlocking)) return false;
  if (blocking === 'account') return true;
  return !accounts.some((entry) => entry.decision !== 'clean' && entry.findings.some(isBlocking));
}

/** What a plan says of the policy's limits. */
export function limitFindings(
  policy: Pick<Policy, 'limits' | 'findings'>,
  managementAccount: string,
  accounts: readonly Entry[],
): Finding[] {
  const touched = accounts.filter((entry) => entry.decision === 'delete').length;
  const message = findExceededLimit(policy.limits, touched, countMembers(managementAccount, accounts));
  if (message === undefined) return [];
  return [
    {
      code: 'limit-exceeded',
      severity: policy.findings.severity['limit-exceeded'],
      message,
    },
  ];
}

export function countMembers(managementAccount: string, accounts: readonly Entry[]): number {
  return accounts.filter((entry) => entry.id !== managementAccount).length;
}

/** Which of the policy's limits `touched` of `members` accounts exceed: a sentence, or undefined. */
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
