/** A plan of remedies for people: what will happen, account by account, and one line that sums it up. */
import { nameTarget } from '../core/action.js';
import type { RemedyEntry, RemedyPlan } from '../core/remedy.js';
import type { Review } from '../core/review.js';
import { isOpen, type Verdict } from '../core/verdict.js';
import { plural } from './counts.js';
import { colourJson } from './json-spans.js';
import { bold, dim, green, type Line, red, type Span, yellow } from './lines.js';
import { renderOrigin } from './plan-text.js';
import { announce } from './plan-words.js';
import {
  countRemedies,
  describePurpose,
  describeRemedy,
  type Judgement,
  judgeRemedies,
  listPolicyLines,
  type PolicyLine,
} from './remedy-words.js';
import { renderTop } from './verdict-words.js';

const MARKS: Readonly<Record<PolicyLine['mark'], Span>> = { ' ': dim(' '), '-': red('-'), '+': green('+') };

/** What its checks come to, the plan, and where it comes from. */
export function renderRemedyReview(
  review: Review<RemedyPlan>,
  judgements: Readonly<Record<string, Judgement>>,
): Line[] {
  const { plan, verdict, redacted } = review;
  return [
    ...renderTop(verdict, redacted),
    ...renderRemedyPlan(plan, judgements, verdict),
    [],
    ...renderOrigin(review),
  ];
}

/** @param verdict absent where the plan was just made, or is shown to be signed. */
export function renderRemedyPlan(
  plan: RemedyPlan,
  judgements: Readonly<Record<string, Judgement>> = judgeRemedies(plan),
  verdict?: Verdict,
): Line[] {
  const { organization, reason, accounts } = plan;
  return [
    [bold(`${announce(isOpen(verdict))} ${describePurpose(plan)} of organization ${organization}.`)],
    [dim('Reason: '), reason],
    [],
    ...accounts.flatMap((entry) => [...renderEntry(entry, judgements[entry.id]), []]),
    [
      bold('Plan: '),
      `a way back into ${plural(accounts.length, 'account', 'accounts')} (${countRemedies(plan)}); no root credential is deleted.`,
    ],
  ];
}

function renderEntry(entry: RemedyEntry, judgement: Judgement | undefined): Line[] {
  const { id, name, email, ou, remedy } = entry;
  const { done, follows } = describeRemedy(remedy);
  if (judgement === undefined) throw new Error(`nobody judged the policies of account ${id}`);
  const { denials, warnings } = judgement;
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
