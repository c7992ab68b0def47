/**
 * Which rule of the policy decides about an account, before its audit.
 *
 * "Unknown" is never read as "no": a rule about tags that were not read, or about an OU path that AWS did not return, has
 * an answer of its own.
 */

import type { Account, AccountState } from '../account/organization.js';
import {
  compilePathGlob,
  compileTextGlob,
  foldPath,
  foldText,
  type GlobPath,
  type GlobText,
} from '../base/glob.js';
import { hasEnded } from '../base/time.js';
import { type Exclusion, nameRule, type Policy, type Rule } from './policy.js';

/** The facts about an account that rules compare. */
export interface AccountFacts {
  readonly account: Account;
  /** Path of OU names; absent if it was not read. Required where `needsUnitNames` is true. */
  readonly unitPath?: string;
  /** Absent if the tags were not read. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * The deciding rule of a plan (`nameRule`). A plan holds no email address, so a rule about addresses matches only if it
   * is this one; `apply` reads the address from AWS.
   */
  readonly decidedBy?: string;
}

export type Scope =
  | { readonly kind: 'management' }
  | { readonly kind: 'not-active'; readonly state: AccountState }
  | {
      readonly kind: 'excluded';
      readonly rule: Exclusion;
      readonly ended: boolean;
    }
  | { readonly kind: 'not-included' }
  /** Without a rule: the policy has no `include`, which means every member account. */
  | { readonly kind: 'included'; readonly rule?: Rule }
  | { readonly kind: 'needs-tags' }
  /** AWS did not return a fact that the decision needs. */
  | { readonly kind: 'undecidable'; readonly missing: string };

type Match = 'match' | 'no-match' | 'needs-tags' | 'missing-fact';

/** An account, with its texts folded once for the globs of all rules. */
interface Subject extends AccountFacts {
  readonly name: GlobText;
  readonly email: GlobText;
  readonly path?: GlobPath;
}

interface CompiledRule<R extends Rule = Rule> {
  readonly rule: R;
  readonly match: (subject: Subject) => Match;
}

/** A policy's compiled rules. Those without tags come first, so that they decide before tags are read. */
export interface ScopeRules {
  readonly include: readonly CompiledRule[];
  readonly exclude: readonly CompiledRule<Exclusion>[];
  /** Whether a rule compares OU names, so that `AccountFacts.unitPath` is required. */
  readonly needsUnitNames: boolean;
}

export function compileScope(policy: Pick<Policy, 'include' | 'exclude'>): ScopeRules {
  const selectors = [...policy.include, ...policy.exclude].map((rule) => rule.selector);
  return {
    include: compileRules(policy.include),
    exclude: compileRules(policy.exclude),
    needsUnitNames: selectors.some((selector) => selector.ou?.startsWith('/')),
  };
}

/**
 * The scope of one account. The management account and accounts that are not active are decided before
 * every rule (promise 5), and exclusions before inclusions.
 * @param today for `until`: an exclusion holds until the end of that day, UTC.
 */
export function resolveScope(
  rules: ScopeRules,
  facts: AccountFacts,
  managementAccount: string,
  today: Date,
): Scope {
  const { account } = facts;
  if (account.id === managementAccount) return { kind: 'management' };
  if (account.state === 'UNKNOWN') return { kind: 'undecidable', missing: 'the state of the account' };
  if (account.state !== 'ACTIVE') return { kind: 'not-active', state: account.state };

  const subject = prepare(facts);
  const excluded = firstMatch(rules.exclude, subject);
  if (excluded.kind === 'match') {
    return { kind: 'excluded', rule: excluded.rule, ended: hasEnded(excluded.rule, today) };
  }
  if (excluded.kind !== 'no-match') return excluded;
  if (rules.include.length === 0) return { kind: 'included' };

  const included = firstMatch(rules.include, subject);
  if (included.kind === 'match') return { kind: 'included', rule: included.rule };
  return included.kind === 'no-match' ? { kind: 'not-included' } : included;
}

/** The rules that match the account, and those that need its tags. */
export function matchAll(rules: ScopeRules, facts: AccountFacts): { matched: Rule[]; needTags: Rule[] } {
  const matched: Rule[] = [];
  const needTags: Rule[] = [];
  const subject = prepare(facts);
  for (const { rule, match } of [...rules.exclude, ...rules.include]) {
    const result = match(subject);
    if (result === 'match') matched.push(rule);
    if (result === 'needs-tags') needTags.push(rule);
  }
  return { matched, needTags };
}

/** Whether a rule about email addresses decided: then a plan records the masked address. */
export function comparesEmail(scope: Scope): boolean {
  return 'rule' in scope && scope.rule?.selector.email !== undefined;
}

/** Whether one rule alone matches an account. */
export function matchRule(rule: Rule, facts: AccountFacts): Match {
  return compileRule(rule)(prepare(facts));
}

function prepare(facts: AccountFacts): Subject {
  const { account, unitPath } = facts;
  const path = unitPath === undefined ? {} : { path: foldPath(unitPath) };
  return { ...facts, name: foldText(account.name), email: foldText(account.email), ...path };
}

function firstMatch<R extends Rule>(
  rules: readonly CompiledRule<R>[],
  subject: Subject,
):
  | { kind: 'match'; rule: R }
  | { kind: 'no-match' }
  | Extract<Scope, { kind: 'needs-tags' | 'undecidable' }> {
  let open: Exclude<Match, 'match'> = 'no-match';
  for (const { rule, match } of rules) {
    const result = match(subject);
    if (result === 'match') return { kind: 'match', rule };
    if (open === 'no-match') open = result;
  }
  return open === 'missing-fact'
    ? { kind: 'undecidable', missing: 'a fact that a rule of the policy compares' }
    : { kind: open };
}

function compileRules<R extends Rule>(rules: readonly R[]): CompiledRule<R>[] {
  const compiled = rules.map((rule) => ({ rule, match: compileRule(rule) }));
  const usesTags = ({ rule }: CompiledRule<R>) => rule.selector.tags !== undefined;
  return [...compiled.filter((rule) => !usesTags(rule)), ...compiled.filter(usesTags)];
}

/** Compares tags last, so that they are read only where everything else matches. */
function compileRule(rule: Rule): CompiledRule['match'] {
  const { account: id, name, ou, tags, joined, joinedMethod } = rule.selector;
  const matchesName = name === undefined ? () => true : compileTextGlob(name);
  const matchEmail = compileEmail(rule);
  const before = joined?.before === undefined ? Number.POSITIVE_INFINITY : Date.parse(joined.before);
  const after = joined?.after === undefined ? Number.NEGATIVE_INFINITY : Date.parse(joined.after);
  const matchUnit = compileUnit(ou);

  return (subject) => {
    const { account } = subject;
    if (id !== undefined && id !== account.id) return 'no-match';
    const byEmail = matchEmail(subject);
    if (isMissing(name, account.name) || byEmail === 'missing-fact') return 'missing-fact';
    if (isMissing(joinedMethod, account.joinedMethod)) return 'missing-fact';
    if (joinedMethod !== undefined && joinedMethod !== account.joinedMethod) return 'no-match';
    if (!matchesName(subject.name) || byEmail === 'no-match') return 'no-match';
    if (joined !== undefined) {
      const at = Date.parse(account.joined);
      if (Number.isNaN(at)) return 'missing-fact';
      if (at >= before || at <= after) return 'no-match';
    }
    const unit = matchUnit(subject);
    if (unit !== 'match' || tags === undefined) return unit;
    if (subject.tags === undefined) return 'needs-tags';
    const found = subject.tags;
    return Object.entries(tags).every(([key, value]) => Object.hasOwn(found, key) && found[key] === value)
      ? 'match'
      : 'no-match';
  };
}

function compileEmail(rule: Rule): CompiledRule['match'] {
  const { email } = rule.selector;
  if (email === undefined) return () => 'match';
  const [matches, name] = [compileTextGlob(email), nameRule(rule)];
  return ({ account, decidedBy, email: folded }) => {
    if (decidedBy !== undefined) return decidedBy === name ? 'match' : 'no-match';
    if (isMissing(email, account.email)) return 'missing-fact';
    return matches(folded) ? 'match' : 'no-match';
  };
}

function compileUnit(ou: string | undefined): CompiledRule['match'] {
  if (ou === undefined) return () => 'match';
  if (!ou.startsWith('/')) {
    return ({ account: { parents } }) =>
      parents.length === 0 ? 'missing-fact' : parents.includes(ou) ? 'match' : 'no-match';
  }
  const matches = compilePathGlob(ou);
  return ({ path }) => (path === undefined ? 'missing-fact' : matches(path) ? 'match' : 'no-match');
}

/** Every account has the fact that the rule compares, so AWS did not return an empty one. */
function isMissing(wanted: string | undefined, found: string): boolean {
  return wanted !== undefined && found === '';
}
