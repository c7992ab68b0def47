/** The plan as data: exactly what the signed body of a plan file holds. */
import type { Credential, CredentialKind, CredentialName, Observation } from './credentials.js';
import { CREDENTIAL_KINDS, compareText, nameCredential, sortCredentials } from './credentials.js';
import { parseDuration } from './duration.js';
import type { FindingCode, Severity } from './findings.js';
import type { AccountState, MaskedEmail } from './organization.js';
import { isGuarded, type Permission } from './permission.js';
import type { Policy } from './policy.js';

/** Something a reviewer should know, about an account, or about the policy and the organization as a whole. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
}

/**
 * Deletes one credential: `delete` is its kind, `id` its id, which a password has not. `by` is the guard or the waiver
 * that lets an access key or a certificate go (`judgeDeletion`).
 */
export interface Action {
  readonly delete: CredentialKind;
  readonly id?: string;
  readonly by?: string;
}

export const DECISIONS = ['delete', 'blocked', 'unknown', 'kept', 'excluded', 'not-active', 'clean'] as const;

/**
 * `clean`: holds no root credential. `kept`: holds some, none that the policy lets go.
 * `delete`, `blocked`, `unknown`, `excluded`, `not-active`: as they say.
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

/** An account in which the plan deletes something: the only kind of entry that `apply` accepts. */
export interface DeleteEntry extends FullEntry {
  readonly decision: 'delete';
  readonly observed: Extract<Observation, { kind: 'audited' }>;
}

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
  /** False where findings stop the plan: it can be read and shown, and not applied. */
  readonly applicable: boolean;
  readonly totals: Totals;
  /** About the policy or the organization as a whole. */
  readonly findings: readonly Finding[];
  /** Every account of the organization, by id. */
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
    ...header,
    applicable: isApplicable(policy.blocking, findings, accounts),
    totals: countTotals(findings, accounts),
    findings,
    accounts,
  };
}

export function isDeleteEntry(entry: Entry): entry is DeleteEntry {
  return entry.decision === 'delete' && entry.observed?.kind === 'audited';
}

/** Whether a credential is the one that an action is about. */
export function actionName(action: Action): CredentialName {
  return action.id === undefined ? { kind: action.delete } : { kind: action.delete, id: action.id };
}

/**
 * The actions that delete those of an account's credentials that the policy deletes, and that no guard keeps, in the
 * safe order (promise 6).
 */
export function planActions(
  credentials: readonly Credential[],
  kinds: ReadonlySet<CredentialKind>,
  judge: (credential: Credential) => Permission,
): Action[] {
  return sortCredentials(credentials)
    .filter(({ kind }) => kinds.has(kind))
    .flatMap((credential): Action[] => {
      const permission = judge(credential);
      if (permission.kind === 'guarded') return [];
      const { kind, id } = credential;
      return [
        {
          delete: kind,
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
    deletions: countBy(CREDENTIAL_KINDS, actions, (action) => action.delete),
    findings: countBy(['block', 'warn', 'info'], allFindings, (finding) => finding.severity),
  };
}

/**
 * What makes a plan wrong in itself, whoever signed it: a sentence, or undefined. The reader of a plan trusts
 * nothing that this function has not looked at.
 */
export function findPlanFault(plan: Plan): string | undefined {
  const ids = plan.accounts.map((entry) => entry.id);
  const unsorted = ids.findIndex((id, index) => index > 0 && compareText(ids[index - 1] ?? '', id) >= 0);
  if (unsorted > 0) return `account "${ids[unsorted]}" is out of order or listed twice`;
  const totals = countTotals(plan.findings, plan.accounts);
  if (JSON.stringify(totals) !== JSON.stringify(plan.totals))
    return 'the totals are not those of its accounts';
  if (plan.applicable && plan.findings.some(({ severity }) => severity === 'block')) {
    return 'it is marked applicable in spite of a blocking finding';
  }
  if (plan.notBefore !== undefined) {
    const wait = parseDuration(plan.notBefore) ?? Number.NaN;
    if (!(Date.parse(plan.created) + wait < Date.parse(plan.expires))) {
      return 'it expires before it may be applied';
    }
  }
  for (const entry of plan.accounts) {
    const fault = entry.decision === 'clean' ? undefined : findEntryFault(entry, plan.managementAccount);
    if (fault !== undefined) return `account "${entry.id}" ${fault}`;
  }
  return undefined;
}

function findEntryFault(entry: FullEntry, managementAccount: string): string | undefined {
  if (entry.decision !== 'delete') {
    return entry.actions.length === 0
      ? undefined
      : `has actions although its decision is "${entry.decision}"`;
  }
  // Promise 5: neither the management account nor an account that is not active.
  if (entry.id === managementAccount) return 'is the management account, in which nothing is ever deleted';
  if (entry.state !== 'ACTIVE') return `is to lose credentials although it is "${entry.state}"`;
  if (entry.observed?.kind !== 'audited' || entry.observed.by !== 'listing') {
    return 'is to lose credentials that no audit listed';
  }
  if (entry.actions.length === 0) return 'is marked "delete" without an action';
  if (entry.findings.some(({ severity }) => severity === 'block'))
    return 'is to lose credentials in spite of a blocking finding';

  const observed = entry.observed.credentials;
  const kinds = new Set(entry.actions.map((action) => action.delete));
  const planned = entry.actions.map((action) => nameCredential(actionName(action)));
  const named = new Set(planned);
  // A guard keeps one key and lets another go; of what has no guard, all of a kind goes.
  const expected = sortCredentials(observed)
    .filter((it) => kinds.has(it.kind) && (!isGuarded(it) || named.has(nameCredential(it))))
    .map(nameCredential);
  if (JSON.stringify(expected) !== JSON.stringify(planned)) {
    return 'has actions that are not, in the safe order, those of the credentials it was seen with';
  }
  const unnamed = entry.actions.find(
    (action) => isGuarded({ kind: action.delete }) !== (action.by !== undefined),
  );
  if (unnamed !== undefined) {
    return `deletes ${nameCredential(actionName(unnamed))} ${unnamed.by === undefined ? 'without saying by which guard or waiver' : 'by a guard, which it has not'}`;
  }
  // Promise 6: never a password whose MFA is gone.
  if (kinds.has('mfa-device') && !kinds.has('password') && observed.some(({ kind }) => kind === 'password')) {
    return 'would keep its password and lose its MFA';
  }
  const names = observed.map(nameCredential);
  return new Set(names).size === names.length ? undefined : 'lists a credential twice';
}

/** Whether findings let a plan be applied under a policy. */
export function isApplicable(
  blocking: Policy['blocking'],
  findings: readonly Finding[],
  accounts: readonly Entry[],
): boolean {
  const stops = ({ severity }: Finding) => severity === 'block';
  if (findings.some(stops)) return false;
  if (blocking === 'account') return true;
  return !accounts.some((entry) => entry.decision !== 'clean' && entry.findings.some(stops));
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
