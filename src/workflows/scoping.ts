/** Which rule of a policy decides about each account: reads of Organizations only what the rules need. */
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
  /** With the path of OU names, or the tags, where a rule compared them. */
  readonly facts: AccountFacts;
  readonly scope: Exclude<Scope, { kind: 'needs-tags' }>;
}

/** `accounts` of at most `of` were asked for their tags to find out whether a rule matches any. */
export type TagsRead = (accounts: number, of: number) => void;

export interface Scoping {
  readonly resolve: (account: Account) => Promise<ScopedAccount>;
  /** After every account was resolved: the rules of the policy that match none of them. */
  readonly findUnmatched: (onTagsRead: TagsRead) => Promise<readonly Rule[]>;
}

/** @param today what `until` is compared with. */
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

  function note(facts: AccountFacts): void {
    const matches = matchAll(rules, facts);
    for (const rule of matches.matched) matched.add(rule);
    if (matches.needTags.length > 0) untagged.push(facts);
  }

  return {
    resolve: async (account) => {
      const scoped = await resolve(account);
      note(scoped.facts);
      return scoped;
    },
    findUnmatched: (onTagsRead) => {
      const open = [...policy.exclude, ...policy.include].filter((rule) => !matched.has(rule));
      return confirmUnmatched(reader, open, untagged, onTagsRead);
    },
  };
}

/** The scope of one account at a time. Parameters as those of `openScoping`. */
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
 * A rule about tags counts as matching nothing only after the tags of every account were read that another rule
 * had decided before: looking less would call an unread tag a missing one. Each account is asked once, whatever the
 * number of rules; rules are matched as often as when scopes are resolved, at most once for each account.
 * @param untagged accounts whose tags a rule needed, and that were not read.
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
  const asked = untagged.filter(needsTags);
  let accounts = 0;
  for (const facts of asked) {
    if (!needsTags(facts)) continue;
    const tags = await reader.tags(facts.account.id);
    accounts += 1;
    onTagsRead(accounts, asked.length);
    const { matched } = matchAll(open, { ...facts, tags });
    if (matched.length === 0) continue;
    for (const rule of matched) unmatched.delete(rule);
    open = { ...open, include: open.include.filter(({ rule }) => unmatched.has(rule)) };
  }
  return [...unmatched];
}
