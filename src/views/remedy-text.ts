/** A plan of remedies for people: what will happen, account by account, and one line that sums it up. */
import { nameTarget, type RemedyEntry, type RemedyPlan } from '../core/remedy.js';
import type { Review } from '../core/review.js';
import { plural } from './counts.js';
import { colourJson } from './json-spans.js';
import { bold, dim, green, type Line, red, type Span, yellow } from './lines.js';
import { renderOrigin } from './plan-text.js';
import {
  countRemedies,
  describePurpose,
  describeRemedy,
  judgePolicies,
  listPolicyLines,
  type PolicyLine,
} from './remedy-words.js';

const MARKS: Readonly<Record<PolicyLine['mark'], Span>> = { ' ': dim(' '), '-': red('-'), '+': green('+') };

/** The plan, where it comes from, and whose word it is. */
export function renderRemedyReview(review: Review<RemedyPlan>): Line[] {
  return [...renderRemedyPlan(review.plan), [], ...renderOrigin(review)];
}

export function renderRemedyPlan(plan: RemedyPlan): Line[] {
  const { organization, reason, accounts } = plan;
  return [
    [bold(`rootsweep will ${describePurpose(plan)} of organization ${organization}.`)],
    [dim('Reason: '), reason],
    [],
    ...accounts.flatMap((entry) => [...renderEntry(plan, entry), []]),
    [
      bold('Plan: '),
      `a way back into ${plural(accounts.length, 'account', 'accounts')} (${countRemedies(plan)}); no root credential is deleted.`,
    ],
  ];
}

function renderEntry(plan: RemedyPlan, entry: RemedyEntry): Line[] {
  const { id, name, email, ou, remedy } = entry;
  const { done, follows } = describeRemedy(remedy);
  const { denials, warnings } = judgePolicies(plan, entry);
  return [
    [green('+'), ' ', bold(id), ` ${name}`, dim(`  ${ou ?? 'unknown OU'}`)],
    ...(email === undefined ? [] : [[dim('    email '), email.masked]]),
    ['    ', bold(nameTarget(remedy)), `: ${done}`],
    [dim(`    ${follows}`)],
    ...warnings.map((warning): Line => ['    ', yellow('warn'), ` ${warning}`]),
    ...denials.map((denial): Line => [dim('    now '), denial]),
    ...listPolicyLines(remedy).map(
      ({ mark, text }): Line => ['      ', MARKS[mark], ' ', ...colourJson(text)],
    ),
  ];
}
