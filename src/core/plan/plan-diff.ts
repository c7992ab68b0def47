/**
 * The difference between two plans of one organization, by account and credential. "Not audited" and "unknown" never
 * count as "absent": a credential is new only if both plans audited the account (promise 4).
 */
import { isDeepStrictEqual } from 'node:util';
import { isPlaced, nameTarget, type PlacedAction } from '../action/action.js';
import {
  type Credential,
  type CredentialKind,
  type CredentialName,
  compareText,
  countKinds,
  describeUse,
  nameCredential,
  sortCredentials,
} from '../action/credentials.js';
import type { Change } from '../base/change.js';
import { defined } from '../base/defined.js';
import type { Cause, Explainer } from './change-cause.js';
import {
  type Decision,
  type Entry,
  type Finding,
  type FullEntry,
  findingsOf,
  isFullEntry,
  type Plan,
} from './plan.js';

/** The decision of a plan about an account. */
export interface AccountStanding {
  readonly decision: Decision;
  /** As the plan names it; absent for a clean account. */
  readonly rule?: string;
  readonly reason?: string;
  readonly until?: string;
}

/** What a plan holds about one credential of an account. */
export type CredentialState =
  | { readonly kind: 'present'; readonly use: string; readonly deleted: boolean }
  | { readonly kind: 'absent' }
  /** The audit failed. */
  | { readonly kind: 'unknown' }
  /** The plan did not audit the account. */
  | { readonly kind: 'not-audited' }
  /** The account is not in the plan. */
  | { readonly kind: 'no-account' };

export interface CredentialDifference extends Change<CredentialState> {
  readonly credential: CredentialName;
}

/** What a recovery or an unlock does with one target, as text; absent if the plan does nothing with it. */
export interface ActionDifference {
  /** `bucket logs in eu-west-1` */
  readonly target: string;
  readonly before?: string;
  readonly after?: string;
}

export interface FactDifference extends Change<string> {
  /** `name`, `email`, `state`, `ou`, `parents`, `joined`, `joinedMethod`, `tags`. */
  readonly fact: string;
}

export type FindingDifference =
  | { readonly kind: 'new' | 'gone'; readonly finding: Finding }
  | ({ readonly kind: 'severity'; readonly finding: Omit<Finding, 'severity'> } & Change<
      Finding['severity']
    >);

export interface AccountDifference {
  readonly kind: 'new' | 'gone' | 'changed';
  readonly id: string;
  /** From the newer plan that has it; a clean entry has only an id. */
  readonly name?: string;
  readonly ou?: string;
  /** Absent if the account is not in the plan. */
  readonly before?: AccountStanding;
  readonly after?: AccountStanding;
  /** Only of facts that both plans hold; a plan holds tags if a rule needed them. */
  readonly facts: readonly FactDifference[];
  readonly credentials: readonly CredentialDifference[];
  /** Of recoveries and unlocks. */
  readonly actions: readonly ActionDifference[];
  readonly findings: readonly FindingDifference[];
  /** Why the decision differs, if both policies are available. */
  readonly cause?: Cause;
}

export interface PlanDiff {
  /** Only those that differ, by account id. */
  readonly accounts: readonly AccountDifference[];
  readonly unchanged: number;
  /** Findings about the policy or the whole organization. */
  readonly findings: readonly FindingDifference[];
  readonly applicable: Change<boolean>;
  /** Credentials that only one of the plans deletes. */
  readonly deletions: {
    readonly added: Readonly<Record<CredentialKind, number>>;
    readonly dropped: Readonly<Record<CredentialKind, number>>;
  };
}

/** @param explainer absent if the policies are not available: rules are then compared by name. */
export function comparePlans(before: Plan, after: Plan, explainer?: Explainer): PlanDiff {
  const olds = new Map(before.accounts.map((entry) => [entry.id, entry]));
  const news = new Map(after.accounts.map((entry) => [entry.id, entry]));
  const ids = [...new Set([...olds.keys(), ...news.keys()])].sort(compareText);
  const accounts = ids.flatMap((id) => compareEntries(id, olds.get(id), news.get(id), explainer) ?? []);
  const changes = accounts.flatMap(({ credentials }) => credentials);
  const countChanged = (counts: (change: CredentialDifference) => boolean) =>
    countKinds(changes.filter(counts).map(({ credential }) => credential));
  const isDeleted = (state: CredentialState) => state.kind === 'present' && state.deleted;
  return {
    accounts,
    unchanged: ids.length - accounts.length,
    findings: compareFindings(before.findings, after.findings),
    applicable: { before: before.applicable, after: after.applicable },
    deletions: {
      added: countChanged((it) => isDeleted(it.after) && !isDeleted(it.before)),
      dropped: countChanged((it) => isDeleted(it.before) && !isDeleted(it.after)),
    },
  };
}

function compareEntries(
  id: string,
  before: Entry | undefined,
  after: Entry | undefined,
  explainer: Explainer | undefined,
): AccountDifference | undefined {
  const [old, now] = [standingOf(before), standingOf(after)];
  const facts = compareFacts(before, after);
  const credentials = compareCredentials(before, after);
  const actions = compareActions(before, after);
  const findings = compareFindings(findingsOf(before), findingsOf(after));
  const isOneRule =
    old?.rule === now?.rule ||
    (old?.rule !== undefined && now?.rule !== undefined && explainer?.sameRule(old.rule, now.rule) === true);
  const isSame = isOneRule && isDeepStrictEqual({ ...old, rule: '' }, { ...now, rule: '' });
  if (isSame && [facts, credentials, actions, findings].every(({ length }) => length === 0)) return undefined;

  const decidesOtherwise =
    before !== undefined && after !== undefined && (before.decision !== after.decision || !isOneRule);
  const cause = decidesOtherwise ? explainer?.explain(before, after) : undefined;
  const { name, ou } = [after, before].find(isFullEntry) ?? {};
  const kind = before === undefined ? 'new' : after === undefined ? 'gone' : 'changed';
  return defined({
    kind,
    id,
    name,
    ou,
    before: old,
    after: now,
    facts,
    credentials,
    actions,
    findings,
    cause,
  });
}

function standingOf(entry: Entry | undefined): AccountStanding | undefined {
  if (entry === undefined) return undefined;
  if (entry.decision === 'clean') return { decision: 'clean' };
  const { decision, rule, reason, until } = entry;
  return defined({ decision, rule, reason, until });
}

const FACTS = ['name', 'email', 'state', 'ou', 'parents', 'joined', 'joinedMethod', 'tags'] as const;

function compareFacts(before: Entry | undefined, after: Entry | undefined): FactDifference[] {
  if (!isFullEntry(before) || !isFullEntry(after)) return [];
  return FACTS.flatMap((fact) => {
    const [old, now] = [factOf(before, fact), factOf(after, fact)];
    // Absent tags and addresses were not compared by a rule; an absent OU path is unknown, and shown so.
    if ((fact === 'tags' || fact === 'email') && (old === undefined || now === undefined)) return [];
    if (isDeepStrictEqual(old, now)) return [];
    return [{ fact, before: describeFact(old), after: describeFact(now) }];
  });
}

/** Of an email address only the mask: its digest is salted with the plan's id, and differs in each plan. */
function factOf(entry: FullEntry, fact: (typeof FACTS)[number]) {
  return fact === 'email' ? entry.email?.masked : entry[fact];
}

function describeFact(value: ReturnType<typeof factOf>): string {
  if (value === undefined) return 'unknown';
  if (typeof value === 'string') return value;
  if (isList(value)) return value.join(' ');
  const tags = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return tags.length === 0 ? 'none' : tags.map(([key, text]) => `${key}=${text}`).join(', ');
}

function isList(value: object): value is readonly string[] {
  return Array.isArray(value);
}

function compareCredentials(before: Entry | undefined, after: Entry | undefined): CredentialDifference[] {
  const [old, now] = [credentialsOf(before), credentialsOf(after)];
  const all = new Map([...old, ...now].map((credential) => [nameCredential(credential), credential]));
  const [stateBefore, stateAfter] = [readStates(before), readStates(after)];
  return sortCredentials(all.values()).flatMap(({ kind, id }) => {
    const credential = defined({ kind, id });
    const states = { before: stateBefore(credential), after: stateAfter(credential) };
    return isDeepStrictEqual(states.before, states.after) ? [] : [{ credential, ...states }];
  });
}

function credentialsOf(entry: Entry | undefined): readonly Credential[] {
  return isFullEntry(entry) && entry.observed?.kind === 'audited' ? entry.observed.credentials : [];
}

function compareActions(before: Entry | undefined, after: Entry | undefined): ActionDifference[] {
  const [old, now] = [describeActions(before), describeActions(after)];
  const targets = [...new Set([...old.keys(), ...now.keys()])].sort(compareText);
  return targets.flatMap((target) => {
    const [was, is] = [old.get(target), now.get(target)];
    return was === is ? [] : [defined({ target, before: was, after: is })];
  });
}

/** By target. */
function describeActions(entry: Entry | undefined): ReadonlyMap<string, string> {
  const actions = isFullEntry(entry) ? entry.actions.filter(isPlaced) : [];
  return new Map(actions.map((action) => [nameTarget(action), describePlaced(action)]));
}

function describePlaced(action: PlacedAction): string {
  if (action.kind === 'allow-password-recovery') return 'allow password recovery';
  const { document, replacement } = action;
  return ['policy now:', document, 'policy afterwards:', replacement ?? 'none'].join('\n');
}

/** What a plan holds about each credential of an account. */
function readStates(entry: Entry | undefined): (credential: CredentialName) => CredentialState {
  if (entry === undefined) return () => ({ kind: 'no-account' });
  if (entry.decision === 'clean') return () => ({ kind: 'absent' });
  const { observed, actions } = entry;
  if (observed === undefined) return () => ({ kind: 'not-audited' });
  if (observed.kind === 'unknown') return () => ({ kind: 'unknown' });
  const present = new Map(observed.credentials.map((it) => [nameCredential(it), it]));
  const deleted = new Set(actions.map(nameTarget));
  return (credential) => {
    const name = nameCredential(credential);
    const found = present.get(name);
    if (found === undefined) return { kind: 'absent' };
    return { kind: 'present', use: describeUse(found), deleted: deleted.has(name) };
  };
}

/** A finding with another severity is one difference, not two. */
function compareFindings(old: readonly Finding[], now: readonly Finding[]): FindingDifference[] {
  const keyOf = ({ code, message }: Finding) => `${code} ${message}`;
  const olds = new Map(old.map((finding) => [keyOf(finding), finding]));
  const news = new Map(now.map((finding) => [keyOf(finding), finding]));
  const gone = [...olds].filter(([key]) => !news.has(key));
  return [
    ...gone.map(([, finding]): FindingDifference => ({ kind: 'gone', finding })),
    ...[...news].flatMap(([key, finding]): FindingDifference[] => {
      const before = olds.get(key)?.severity;
      if (before === undefined) return [{ kind: 'new', finding }];
      if (before === finding.severity) return [];
      const { code, message, severity: after } = finding;
      return [{ kind: 'severity', finding: { code, message }, before, after }];
    }),
  ];
}
