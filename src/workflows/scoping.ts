/** Which rule of a policy decides about each account. Reads only the facts that the rules need. */
import type { Account, Organization } from '../core/account/organization.js';
import type { Policy, Rule } from '../core/policy/policy.js';
import {
  type AccountFacts,
  compileScope,
  matchAll,
  resolveScope,
  type Scope,
  type ScopeRules,
} from '../core/policy/scope.js';
import type { OrganizationReader } from './ports.js';
import { withUnitPath } from './unit-path.js';

export interface ScopedAccount {
  /** With OU path and tags only if a rule compared them. */
  readonly facts: AccountFacts;
  readonly scope: Exclude<Scope, { kind: 'needs-tags' }>;
}

/** Tags of `accounts` accounts were read, of at most `of`, to find rules that match none. */
export type TagsRead = (accounts: number, of: number) => void;

export interface Scoping {
  readonly resolve: (account: Account) => Promise<ScopedAccount>;
  /** Call after every account was resolved. Returns the rules that match none of them. */
  readonly findUnmatched: (onTagsRead: TagsRead) => Promise<readonly Rule[]>;
}

/** @param today for `until`. */
export function openScoping(
  reader: OrganizationReader,
  policy: Pick<Policy, 'include' | 'exclude'>,
  { managementAccount }: Pick<Organization, 'managementAccount'>,
  today: Date,
): Scoping {
  const rules = compileScope(policy);
  const resolve = createResolver(reader, rules, managementAccount, today);
  const matched = new Set<Rule>();
  const untagged: AccountFacts[] = [];

  return {
    resolve: async (account) => {
      const scoped = await resolve(account);
      const matches = matchAll(rules, scoped.facts);
      for (const rule of matches.matched) matched.add(rule);
      if (matches.needTags.length > 0) untagged.push(scoped.facts);
      return scoped;
    },
    findUnmatched: (onTagsRead) => {
      const open = [...policy.exclude, ...policy.include].filter((rule) => !matched.has(rule));
      return confirmUnmatched(reader, open, untagged, onTagsRead);
    },
  };
}

/** Resolves one account at a time. Parameters as in `openScoping`. */
export function createResolver(
  reader: OrganizationReader,
  rules: ScopeRules,
  managementAccount: string,
  today: Date,
): Scoping['resolve'] {
  return async (account) => {
    const facts: AccountFacts = rules.needsUnitNames ? await withUnitPath(reader, { account }) : { account };
    const scope = resolveScope(rules, facts, managementAccount, today);
    if (scope.kind !== 'needs-tags') return { facts, scope };
    const tagged = { ...facts, tags: await reader.tags(account.id) };
    const decided = resolveScope(rules, tagged, managementAccount, today);
    if (decided.kind === 'needs-tags') throw new Error('tags were given and are asked for again');
    return { facts: tagged, scope: decided };
  };
}

/**
 * A rule about tags matches no account only if the tags of all accounts are known, including accounts that another rule
 * decided: an unread tag is not a missing one. Tags of each account are read at most once, and each rule is matched at
 * most once for each account.
 * @param untagged accounts with a rule that needs their tags, which were not read.
 */
async function confirmUnmatched(
  reader: OrganizationReader,
  rules: readonly Rule[],
  untagged: readonly AccountFacts[],
  onTagsRead: TagsRead,
): Promise<Rule[]> {
  const unmatched = new Set(rules);
  let open = compileScope({ include: rules, exclude: [] });
  const needsTags = (facts: AccountFacts) => matchAll(open, facts).needTags.length > 0;
  const openAccounts = untagged.filter(needsTags);
  let accounts = 0;
  for (const facts of openAccounts) {
    if (!needsTags(facts)) continue;
    const tags = await reader.tags(facts.account.id);
    accounts += 1;
    onTagsRead(accounts, openAccounts.length);
    const { matched } = matchAll(open, { ...facts, tags });
    if (matched.length === 0) continue;
    for (const rule of matched) unmatched.delete(rule);
    open = { ...open, include: open.include.filter(({ rule }) => unmatched.has(rule)) };
  }
  return [...unmatched];
}
