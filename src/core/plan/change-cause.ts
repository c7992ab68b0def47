/**
 * Why two plans decide differently about an account: the policy changed, the account changed, or time has passed. Each of
 * the three is changed alone, and the old plan's decision is made again. Facts of a clean account are not in a plan, and
 * are not guessed.
 */

import { nameRule, type Policy } from '../policy/policy.js';
import { compileScope, type ScopeRules } from '../policy/scope.js';
import { formatSelector } from '../policy/selector.js';
import { decideAgain } from './guard.js';
import type { CleanEntry, Entry, FullEntry, Plan } from './plan.js';

/** Whether a change alone leads from the old decision to the new one; `undetermined` if the plans do not hold enough. */
export type Weight = 'enough' | 'not-enough' | 'undetermined';

export interface Cause {
  readonly policy: Weight;
  /** Its facts in Organizations, and its credentials. */
  readonly account: Weight;
  /** Exclusions end, and recent use becomes old. */
  readonly time: Weight;
}

export interface ExplainedPlan {
  readonly plan: Pick<Plan, 'managementAccount' | 'created'>;
  readonly policy: Policy;
}

export interface Explainer {
  /** Whether two rules, as their plans name them, have equal selectors; their place in the file does not matter. */
  readonly sameRule: (before: string, after: string) => boolean;
  /** The cause of a new decision, or of a new rule with the same decision. */
  readonly explain: (before: Entry, after: Entry) => Cause;
}

export function createExplainer(before: ExplainedPlan, after: ExplainedPlan): Explainer {
  const scopes = { before: compileScope(before.policy), after: compileScope(after.policy) };
  const selectors = { before: selectorsOf(before.policy), after: selectorsOf(after.policy) };
  const sameRule = (old: string, now: string) => {
    const selector = selectors.before.get(old);
    return selector === undefined ? old === now : selector === selectors.after.get(now);
  };

  function weigh(decided: Entry | undefined, isSameRule: (rule: string) => boolean, old: Entry, now: Entry) {
    if (decided === undefined) return 'undetermined';
    const isEnough =
      decided.decision === now.decision &&
      (old.decision !== now.decision || decided.decision === 'clean' || isSameRule(decided.rule));
    return isEnough ? 'enough' : 'not-enough';
  }

  return {
    sameRule,
    explain: (old, now) => {
      const ruleNow = now.decision === 'clean' ? '' : now.rule;
      const isOne = (rule: string) => sameRule(rule, ruleNow);
      const { plan, policy } = before;
      const later = { ...plan, created: after.plan.created };
      const [then, today] = [completeEntry(old, now), completeEntry(now, old)];
      const isNow = (rule: string) => rule === ruleNow;
      return {
        policy: weigh(decide(plan, then, after.policy, scopes.after), isNow, old, now),
        account: weigh(decide(plan, today, policy, scopes.before), isOne, old, now),
        time: weigh(decide(later, then, policy, scopes.before), isOne, old, now),
      };
    },
  };
}

/** An account at one time. `blank`: only its id is known. */
interface Known {
  readonly entry: FullEntry;
  readonly blank: boolean;
}

/**
 * An account that one plan did not audit is taken to hold what the other plan saw: nothing shows that it changed.
 */
function completeEntry(entry: Entry, other: Entry): Known {
  if (entry.decision === 'clean') return { entry: asFull(entry), blank: true };
  if (entry.observed !== undefined) return { entry, blank: false };
  const { observed } = other.decision === 'clean' ? asFull(other) : other;
  return { entry: observed === undefined ? entry : { ...entry, observed }, blank: false };
}

/** By the name of the rule in a plan. */
function selectorsOf({ include, exclude }: Policy): ReadonlyMap<string, string> {
  const kinds = { include, exclude };
  return new Map(
    (['include', 'exclude'] as const).flatMap((kind) =>
      kinds[kind].map((rule) => [nameRule(rule), `${kind} ${formatSelector(rule.selector)}`] as const),
    ),
  );
}

function decide(
  plan: ExplainedPlan['plan'],
  { entry, blank }: Known,
  policy: Policy,
  rules: ScopeRules,
): Entry | undefined {
  const decided = decideAgain(plan, entry, { policy, rules, trustRule: false });
  // A fact that is missing in a clean entry is one that the plan does not hold, not one that AWS did not return.
  return blank && decided?.decision === 'unknown' ? undefined : decided;
}

/** An active account without credentials, whose other facts are unknown. */
function asFull({ id, by }: CleanEntry): FullEntry {
  return {
    id,
    name: '',
    state: 'ACTIVE',
    parents: [],
    joined: '',
    joinedMethod: '',
    decision: 'kept',
    rule: '',
    observed: { kind: 'audited', by, credentials: [] },
    findings: [],
    actions: [],
  };
}
