/**
 * What differs between two plans of one organization, account by account and credential by credential. Nothing here
 * takes "not looked at" or "unknown" for "not there": a credential is new only where both plans saw what the account
 * holds (promise 4).
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
import type { Cause, Explainer } from './change-cause.js';
import type { Decision, Entry, Finding, FullEntry, Plan } from './plan.js';

/** What a plan says of an account as a whole. */
export interface AccountStanding {
  readonly decision: Decision;
  /** As the plan names it; a clean account has none. */
  readonly rule?: string;
  readonly reason?: string;
  readonly until?: string;
}

/** What a plan knows of one credential of an account. */
export type CredentialState =
  | { readonly kind: 'present'; readonly use: string; readonly deleted: boolean }
  | { readonly kind: 'absent' }
  /** The audit failed. */
  | { readonly kind: 'unknown' }
  /** Nobody looked. */
  | { readonly kind: 'not-audited' }
  /** The plan has no such account. */
  | { readonly kind: 'no-account' };

export interface CredentialDifference extends Change<CredentialState> {
  readonly credential: CredentialName;
}

/** What a recovery or an unlock does with one target, as text; absent where the plan does nothing with it. */
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
  /** Of the newer plan that knows them; a clean account is known by its id alone. */
  readonly name?: string;
  readonly ou?: string;
  /** Absent where the plan has no such account. */
  readonly before?: AccountStanding;
  readonly after?: AccountStanding;
  /** Only of facts that both plans hold; tags count as held where a rule had them read. */
  readonly facts: readonly FactDifference[];
  readonly credentials: readonly CredentialDifference[];
  /** Of recoveries and unlocks. */
  readonly actions: readonly ActionDifference[];
  readonly findings: readonly FindingDifference[];
  /** Why another decision was made, where both policies are at hand. */
  readonly cause?: Cause;
}

export interface PlanDiff {
  /** By account id; only those that differ. */
  readonly accounts: readonly AccountDifference[];
  readonly unchanged: number;
  /** Findings about the policy or the organization as a whole. */
  readonly findings: readonly FindingDifference[];
  readonly applicable: Change<boolean>;
  /** Credentials that only one of the plans deletes. */
  readonly deletions: {
    readonly added: Readonly<Record<CredentialKind, number>>;
    readonly dropped: Readonly<Record<CredentialKind, number>>;
  };
}

/** @param explainer absent where the policies are not at hand: then rules are compared by name. */
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

  const decidedAnew =
    before !== undefined && after !== undefined && (before.decision !== after.decision || !isOneRule);
  const cause = decidedAnew ? explainer?.explain(before, after) : undefined;
  const known = [after, before].find((entry): entry is FullEntry => isFull(entry));
  return {
    kind: before === undefined ? 'new' : after === undefined ? 'gone' : 'changed',
    id,
    ...(known === undefined ? {} : { name: known.name }),
    ...(known?.ou === undefined ? {} : { ou: known.ou }),
    ...(old === undefined ? {} : { before: old }),
    ...(now === undefined ? {} : { after: now }),
    facts,
    credentials,
    actions,
    findings,
    ...(cause === undefined ? {} : { cause }),
  };
}

function isFull(entry: Entry | undefined): entry is FullEntry {
  return entry !== undefined && entry.decision !== 'clean';
}

function standingOf(entry: Entry | undefined): AccountStanding | undefined {
  if (entry === undefined) return undefined;
  if (entry.decision === 'clean') return { decision: 'clean' };
  const { decision, rule, reason, until } = entry;
  return {
    decision,
    rule,
    ...(reason === undefined ? {} : { reason }),
    ...(until === undefined ? {} : { until }),
  };
}

function findingsOf(entry: Entry | undefined): readonly Finding[] {
  return isFull(entry) ? entry.findings : [];
}

const FACTS = ['name', 'email', 'state', 'ou', 'parents', 'joined', 'joinedMethod', 'tags'] as const;

function compareFacts(before: Entry | undefined, after: Entry | undefined): FactDifference[] {
  if (!isFull(before) || !isFull(after)) return [];
  return FACTS.flatMap((fact) => {
    const [old, now] = [factOf(before, fact), factOf(after, fact)];
    // What no rule compared is not in a plan; a place that AWS did not return is unknown, and is said to be so.
    if ((fact === 'tags' || fact === 'email') && (old === undefined || now === undefined)) return [];
    if (isDeepStrictEqual(old, now)) return [];
    return [{ fact, before: describeFact(old), after: describeFact(now) }];
  });
}

/** An email address as it is masked: its digest is salted with the plan's id, and differs in each plan. */
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
    const credential = id === undefined ? { kind } : { kind, id };
    const states = { before: stateBefore(credential), after: stateAfter(credential) };
    return isDeepStrictEqual(states.before, states.after) ? [] : [{ credential, ...states }];
  });
}

function credentialsOf(entry: Entry | undefined): readonly Credential[] {
  return isFull(entry) && entry.observed?.kind === 'audited' ? entry.observed.credentials : [];
}

function compareActions(before: Entry | undefined, after: Entry | undefined): ActionDifference[] {
  const [old, now] = [describeActions(before), describeActions(after)];
  const targets = [...new Set([...old.keys(), ...now.keys()])].sort(compareText);
  return targets.flatMap((target) => {
    const [was, is] = [old.get(target), now.get(target)];
    if (was === is) return [];
    return [
      { target, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) },
    ];
  });
}

/** By target. */
function describeActions(entry: Entry | undefined): ReadonlyMap<string, string> {
  const actions = isFull(entry) ? entry.actions.filter(isPlaced) : [];
  return new Map(actions.map((action) => [nameTarget(action), describePlaced(action)]));
}

function describePlaced(action: PlacedAction): string {
  if (action.kind === 'allow-password-recovery') return 'allow password recovery';
  const { document, replacement } = action;
  return ['policy now:', document, 'policy afterwards:', replacement ?? 'none'].join('\n');
}

/** What a plan knows of each credential of an account. */
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

/** What is said with other weight is one finding, not two. */
function compareFindings(before: readonly Finding[], after: readonly Finding[]): FindingDifference[] {
  const keyOf = ({ code, message }: Finding) => `${code} ${message}`;
  const olds = new Map(before.map((finding) => [keyOf(finding), finding]));
  const news = new Map(after.map((finding) => [keyOf(finding), finding]));
  const gone = [...olds].filter(([key]) => !news.has(key));
  return [
    ...gone.map(([, finding]): FindingDifference => ({ kind: 'gone', finding })),
    ...[...news].flatMap(([key, finding]): FindingDifference[] => {
      const old = olds.get(key);
      if (old === undefined) return [{ kind: 'new', finding }];
      if (old.severity === finding.severity) return [];
      const { code, message } = finding;
      return [
        { kind: 'severity', finding: { code, message }, before: old.severity, after: finding.severity },
      ];
    }),
  ];
}
