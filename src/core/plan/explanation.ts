/**
 * Why the policy decides about an account as it does: every rule, every condition, and what it was compared with.
 * Each condition is answered by the same code that decides (`scope.ts`), as a rule that has no other.
 */
import type { Exclusion, Policy, Rule, Selector } from '../policy/policy.js';
import { type AccountFacts, compileScope, matchRule, resolveScope, type Scope } from '../policy/scope.js';

/** `not-known`: AWS did not tell, or would not let it be read. `not-read`: nothing needed it. */
export type Answer = 'match' | 'no-match' | 'not-known' | 'not-read';

export interface ConditionExplanation {
  /** `name`, `tags.stage`, `joined.before`, … */
  readonly part: string;
  readonly wanted: string;
  /** Absent where it is not known, and where there is none: a tag that the account has not. */
  readonly found?: string;
  readonly answer: Answer;
}

export interface RuleExplanation {
  readonly rule: Rule | Exclusion;
  readonly list: 'exclude' | 'include';
  readonly answer: Answer;
  /** Whether this is the rule that decides. */
  readonly decides: boolean;
  readonly conditions: readonly ConditionExplanation[];
}

export interface Explanation {
  /** `needs-tags`: a rule about tags would decide, and they are not known. */
  readonly scope: Scope;
  /** Exclusions first, because they win; otherwise in the order of the file. */
  readonly rules: readonly RuleExplanation[];
}

/**
 * @param unreadable what AWS would not let be read, as opposed to what nobody asked for.
 * @param today for `until`.
 */
export function explainScope(
  policy: Pick<Policy, 'include' | 'exclude'>,
  facts: AccountFacts,
  unreadable: ReadonlySet<'tags' | 'ou'>,
  managementAccount: string,
  today: Date,
): Explanation {
  const scope = resolveScope(compileScope(policy), facts, managementAccount, today);
  const decider = 'rule' in scope ? scope.rule : undefined;
  const explain =
    (list: RuleExplanation['list']) =>
    (rule: Rule): RuleExplanation => ({
      rule,
      list,
      answer: ask(rule, facts, unreadable),
      decides: rule === decider,
      conditions: splitSelector(rule.selector).map(({ part, wanted, selector }) => {
        const found = findFact(part, selector, facts);
        return {
          part,
          wanted,
          ...(found === undefined || found === '' ? {} : { found }),
          answer: ask({ ...rule, selector }, facts, unreadable),
        };
      }),
    });
  return {
    scope,
    rules: [...policy.exclude.map(explain('exclude')), ...policy.include.map(explain('include'))],
  };
}

function ask(rule: Rule, facts: AccountFacts, unreadable: ReadonlySet<'tags' | 'ou'>): Answer {
  switch (matchRule(rule, facts)) {
    case 'match':
      return 'match';
    case 'no-match':
      return 'no-match';
    case 'needs-tags':
      return unreadable.has('tags') ? 'not-known' : 'not-read';
    case 'missing-fact':
      return 'not-known';
  }
}

interface Condition {
  readonly part: string;
  readonly wanted: string;
  /** With this condition, and no other. */
  readonly selector: Selector;
}

function splitSelector({ tags = {}, joined = {}, ...selector }: Selector): Condition[] {
  const plain = (['account', 'name', 'email', 'ou', 'joinedMethod'] as const).flatMap((part): Condition[] => {
    const wanted = selector[part];
    return wanted === undefined ? [] : [{ part, wanted, selector: { [part]: wanted } }];
  });
  const dates = (['after', 'before'] as const).flatMap((side): Condition[] => {
    const wanted = joined[side];
    const part = `joined.${side}`;
    return wanted === undefined ? [] : [{ part, wanted, selector: { joined: { [side]: wanted } } }];
  });
  const ofTags = Object.entries(tags).map(
    ([key, wanted]): Condition => ({ part: `tags.${key}`, wanted, selector: { tags: { [key]: wanted } } }),
  );
  return [...plain, ...dates, ...ofTags];
}

/** What the condition was compared with. */
function findFact(part: string, { ou, tags }: Selector, facts: AccountFacts): string | undefined {
  const { account, unitPath } = facts;
  if (tags !== undefined) {
    const [key = ''] = Object.keys(tags);
    return facts.tags !== undefined && Object.hasOwn(facts.tags, key) ? facts.tags[key] : undefined;
  }
  if (ou !== undefined) return ou.startsWith('/') ? unitPath : account.parents.join(' ');
  if (part.startsWith('joined.')) return account.joined;
  return {
    account: account.id,
    name: account.name,
    email: account.email,
    joinedMethod: account.joinedMethod,
  }[part];
}
