/** A plan for people, in the style of Terraform: what happens in each account, and a summary line. */
import { isDeleteAction, isPlaced, nameTarget, type PlacedAction } from '../../core/action/action.js';
import { describeUse, nameCredential } from '../../core/action/credentials.js';
import { isNamedKind } from '../../core/action/plan-kind.js';
import { listBlockers, listFullEntries } from '../../core/plan/blocker.js';
import type { Decision, Finding, FullEntry, Plan, PlanHeader } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import type { Verdict } from '../../core/plan/verdict.js';
import { countCredentials, plural } from '../format/counts.js';
import { colourJson } from '../format/json-spans.js';
import {
  alignRows,
  bold,
  cyan,
  dim,
  green,
  indent,
  type Line,
  red,
  type Span,
  yellow,
} from '../format/lines.js';
import { describeAction } from './action-words.js';
import { countOthers, headline } from './plan-words.js';
import { explainUnknown } from './unknown-text.js';
import { countChanges, listDenials, listPolicyLines, type PolicyLine } from './unlock-words.js';
import { renderTop } from './verdict-words.js';

const SYMBOLS: Readonly<
  Record<Exclude<Decision, 'clean'>, { readonly symbol: Span; readonly meaning: string }>
> = {
  delete: { symbol: red('-'), meaning: 'root credentials to delete' },
  recover: { symbol: green('+'), meaning: 'password recovery to allow' },
  unlock: { symbol: green('+'), meaning: 'policies to delete or replace' },
  blocked: { symbol: yellow('!'), meaning: 'blocked by a finding' },
  unknown: { symbol: yellow('?'), meaning: 'could not be audited' },
  kept: { symbol: cyan('='), meaning: 'holds credentials that the policy does not delete' },
  excluded: { symbol: dim('~'), meaning: 'excluded, left alone' },
  'not-active': { symbol: dim('.'), meaning: 'not active, left alone' },
};

const MARKS: Readonly<Record<PolicyLine['mark'], Span>> = { ' ': dim(' '), '-': red('-'), '+': green('+') };

/** The verdict, the plan, and where it comes from. */
export function renderReview({ plan, digest, verdict, redacted, denials }: Review): Line[] {
  const { plannedBy, created, policy } = plan;
  return [
    ...renderTop(verdict, redacted),
    ...renderPlan(plan, verdict, denials),
    [],
    [`Planned by ${plannedBy} at ${created} with policy "${policy.path}"; ${describeValidity(plan)}.`],
    [`Digest sha256:${digest}`],
  ];
}

/** @param verdict absent if the plan was just made, or is about to be signed. */
export function renderPlan(plan: Plan, verdict?: Verdict, denials = listDenials(plan)): Line[] {
  const entries = listFullEntries(plan);
  const used = new Set(entries.map((entry) => entry.decision));
  const legend = Object.entries(SYMBOLS).filter(([decision]) => used.has(decision as FullEntry['decision']));
  return [
    [bold(`${headline(plan, verdict, '.')} of organization ${plan.organization}.`)],
    ...(plan.reason === undefined ? [] : [[dim('Reason: '), plan.reason]]),
    [],
    ...legend.map(([, { symbol, meaning }]): Line => ['  ', symbol, ` ${meaning}`]),
    ...(legend.length > 0 ? [[]] : []),
    ...indent(2, plan.findings.map(renderFinding)),
    ...(plan.findings.length > 0 ? [[]] : []),
    ...entries.flatMap((entry) => [...renderEntry(entry, denials[entry.id] ?? []), []]),
    ...renderSummary(plan),
  ];
}

/** When a plan can be applied: `good until …`, or `good from … after its last required signature until …`. */
export function describeValidity({ notBefore, expires }: Pick<PlanHeader, 'notBefore' | 'expires'>): string {
  return notBefore === undefined
    ? `good until ${expires}`
    : `good from ${notBefore} after its last required signature until ${expires}`;
}

/** The summary line; below it, what blocks the plan. */
export function renderSummary(plan: Plan): Line[] {
  const { kind, totals, applicable } = plan;
  const touched = plural(totals.decisions.delete, 'account', 'accounts');
  const summary = isNamedKind(kind)
    ? `${countChanges(plan, kind)}; no root credential is deleted.`
    : `credentials to delete in ${touched} (${countCredentials(totals.deletions)}); ${countOthers(totals)}.`;
  return [[bold('Plan: '), summary], ...(applicable ? [] : renderBlockers(plan))];
}

function renderBlockers(plan: Plan): Line[] {
  const blockers = listBlockers(plan);
  return [
    [
      red('Blocked: '),
      `${plural(blockers.length, 'finding stops', 'findings stop')} this plan; it cannot be applied.`,
    ],
    ...blockers.map(
      ({ entry, finding }): Line => [
        '  ',
        bold(entry === undefined ? '' : `${entry.id} `),
        `${finding.code}: ${finding.message}`,
      ],
    ),
  ];
}

function renderEntry(entry: FullEntry, denials: readonly string[]): Line[] {
  const { symbol } = SYMBOLS[entry.decision];
  const title: Line = [symbol, ' ', bold(entry.id), ` ${entry.name}`, dim(`  ${entry.ou ?? 'unknown OU'}`)];
  const until = entry.until === undefined ? '' : `, until ${entry.until}`;
  const reason = entry.reason === undefined ? '' : `: ${entry.reason}${until}`;
  const placed = entry.actions.filter(isPlaced);
  return [
    title,
    [dim(`    ${entry.rule}${reason}`)],
    ...(entry.email === undefined || placed.length === 0 ? [] : [[dim('    email '), entry.email.masked]]),
    ...renderObserved(entry),
    ...placed.flatMap(renderAction),
    ...indent(4, entry.findings.map(renderFinding)),
    ...(entry.observed?.kind === 'unknown' ? [[dim('    → '), explainUnknown(entry.observed.cause)]] : []),
    ...denials.map((denial): Line => [dim('    now '), denial]),
    ...placed.flatMap(renderPolicies),
  ];
}

function renderObserved(entry: FullEntry): Line[] {
  if (entry.observed?.kind !== 'audited') return [];
  const { credentials } = entry.observed;
  const doomed = new Map(
    entry.actions.filter(isDeleteAction).map((action) => [nameTarget(action), action.by]),
  );
  const rows = credentials.map((credential) => {
    const name = nameCredential(credential);
    return [doomed.has(name) ? red('-') : ' ', name, dim(describeUse(credential))];
  });
  return alignRows(rows).flatMap((line, index) => {
    const credential = credentials[index];
    const by = credential && doomed.get(nameCredential(credential));
    return [['    ', ...line], ...(by === undefined ? [] : [['       ', dim('by '), by]])];
  });
}

function renderAction(action: PlacedAction): Line[] {
  const { done, follows } = describeAction(action);
  return [['    ', bold(nameTarget(action)), `: ${done}`], [dim(`    ${follows}`)]];
}

function renderPolicies(action: PlacedAction): Line[] {
  return listPolicyLines(action).map(({ mark, text }) => ['      ', MARKS[mark], ' ', ...colourJson(text)]);
}

function renderFinding({ severity, code, message }: Finding): Line {
  const label = { block: red('block'), warn: yellow('warn'), info: green('info') }[severity];
  return [label, ` ${code}: ${message}`];
}
