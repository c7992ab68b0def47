/**
 * Explains a decision of the policy: every rule, every condition, and the fact that it was compared with. `scope.ts`
 * answers each condition, as a rule with no other condition.
 */
import { defined } from '../base/defined.js';
import type { Exclusion, Policy, Rule, Selector } from '../policy/policy.js';
import { type AccountFacts, compileScope, matchRule, resolveScope, type Scope } from '../policy/scope.js';

/** `not-known`: AWS did not return it, or refused to. `not-read`: no decision needed it. */
export type Answer = 'match' | 'no-match' | 'not-known' | 'not-read';

export interface ConditionExplanation {
  /** `name`, `tags.stage`, `joined.before`, … */
  readonly part: string;
  readonly wanted: string;
  /** Absent if it is unknown, or the account does not have it, such as a tag. */
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
  /** `needs-tags`: a rule about tags would decide, and the tags are unknown. */
  readonly scope: Scope;
  /** Exclusions first, because they win; otherwise in the order of the file. */
  readonly rules: readonly RuleExplanation[];
}

export interface ExplanationInput {
  readonly facts: AccountFacts;
  /** Facts that AWS refused to return, as opposed to facts that were not read. */
  readonly unreadable: ReadonlySet<'tags' | 'ou'>;
  readonly managementAccount: string;
  /** For `until`. */
  readonly today: Date;
}

export function explainScope(
  policy: Pick<Policy, 'include' | 'exclude'>,
  { facts, unreadable, managementAccount, today }: ExplanationInput,
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
        const found = findFact(part, selector, facts) || undefined;
        return defined({ part, wanted, found, answer: ask({ ...rule, selector }, facts, unreadable) });
      }),
    });
  return {
    scope,
    rules: [...policy.exclude.map(explain('exclude')), ...policy.include.map(explain('include'))],
  };
}

function ask(rule: Rule, facts: AccountFacts, unreadable: ReadonlySet<'tags' | 'ou'>): Answer {
  const match = matchRule(rule, facts);
  if (match === 'missing-fact') return 'not-known';
  if (match === 'needs-tags') return unreadable.has('tags') ? 'not-known' : 'not-read';
  return match;
}

interface Condition {
  readonly part: string;
  readonly wanted: string;
  /** With this condition only. */
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

/** The fact that the condition was compared with. */
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
