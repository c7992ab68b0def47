/** A plan for people, in Terraform's manner: what will happen, account by account, and one line that sums it up. */

import { isDeleteAction, isPlaced, nameTarget, type PlacedAction } from '../../core/action/action.js';
import { type Credential, describeUse, nameCredential } from '../../core/action/credentials.js';
import { isNamedKind } from '../../core/action/plan-kind.js';
import { listBlockers, listFullEntries } from '../../core/plan/blocker.js';
import type { Decision, Finding, FullEntry, Plan, PlanHeader } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { isOpen, type Verdict } from '../../core/plan/verdict.js';
import { countCredentials, plural } from '../format/counts.js';
import { colourJson } from '../format/json-spans.js';
import { alignRows, bold, cyan, dim, green, type Line, red, type Span, yellow } from '../format/lines.js';
import { describeAction } from './action-words.js';
import { announce } from './plan-words.js';
import { explainUnknown } from './unknown-text.js';
import {
  countChanges,
  type Denials,
  describePurpose,
  listDenials,
  listPolicyLines,
  type PolicyLine,
} from './unlock-words.js';
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

/** What its checks come to, the plan, and where it comes from. */
export function renderReview(review: Review): Line[] {
  const { plan, verdict, redacted, denials } = review;
  return [
    ...renderTop(verdict, redacted),
    ...renderPlan(plan, { verdict, denials }),
    [],
    ...renderOrigin(review),
  ];
}

/** Where a plan comes from. */
function renderOrigin({ plan, digest }: Review): Line[] {
  return [
    [
      `Planned by ${plan.plannedBy} at ${plan.created} with policy "${plan.policy.path}"; ${describeValidity(plan)}.`,
    ],
    [`Digest sha256:${digest}`],
  ];
}

/** Absent parts: the plan was just made, or is shown to be signed. */
interface PlanFacts {
  readonly verdict?: Verdict;
  readonly denials?: Denials;
}

export function renderPlan(plan: Plan, { verdict, denials = listDenials(plan) }: PlanFacts = {}): Line[] {
  const entries = listFullEntries(plan);
  const used = new Set(entries.map((entry) => entry.decision));
  const legend = Object.entries(SYMBOLS).filter(([decision]) => used.has(decision as FullEntry['decision']));
  return [
    [bold(headline(plan, verdict))],
    ...(plan.reason === undefined ? [] : [[dim('Reason: '), plan.reason]]),
    [],
    ...legend.map(([, { symbol, meaning }]): Line => ['  ', symbol, ` ${meaning}`]),
    ...(legend.length > 0 ? [[]] : []),
    ...plan.findings.flatMap((finding): Line[] => [['  ', ...renderFinding(finding)]]),
    ...(plan.findings.length > 0 ? [[]] : []),
    ...entries.flatMap((entry) => [...renderEntry(entry, denials[entry.id] ?? []), []]),
    ...renderSummary(plan),
  ];
}

/** `good until …`, or `good from … after its last required signature until …`: when a plan can be applied. */
export function describeValidity({ notBefore, expires }: Pick<PlanHeader, 'notBefore' | 'expires'>): string {
  return notBefore === undefined
    ? `good until ${expires}`
    : `good from ${notBefore} after its last required signature until ${expires}`;
}

/** The line that says what the plan will do, or, in the past tense, what was done. */
export function renderSummary(plan: Plan): Line[] {
  const { decisions, deletions } = plan.totals;
  if (isNamedKind(plan.kind)) {
    return [
      [bold('Plan: '), `${countChanges(plan, plan.kind)}; no root credential is deleted.`],
      ...(plan.applicable ? [] : renderBlockers(plan)),
    ];
  }
  const others = [
    `${decisions.blocked} blocked`,
    `${decisions.unknown} unknown`,
    `${decisions.kept} kept`,
    `${decisions.excluded} excluded`,
    `${decisions['not-active']} not active`,
    `${decisions.clean} clean`,
  ];
  return [
    [
      bold('Plan: '),
      `credentials to delete in ${plural(decisions.delete, 'account', 'accounts')} (${countCredentials(deletions)}); ${others.join(', ')}.`,
    ],
    ...(plan.applicable ? [] : renderBlockers(plan)),
  ];
}

/** What stops a plan, once more and all together: the reviewer's next question. */
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

function headline(plan: Plan, verdict: Verdict | undefined): string {
  const { kind, totals, organization, applicable } = plan;
  const will = announce(applicable && isOpen(verdict));
  if (isNamedKind(kind)) return `${will} ${describePurpose(plan, kind)} of organization ${organization}.`;
  const { delete: touched } = totals.decisions;
  if (touched === 0) {
    return `No deletions. rootsweep looked at ${plural(totals.accounts, 'account', 'accounts')} of organization ${organization}.`;
  }
  return `${will} delete root credentials in ${touched} of ${plural(totals.accounts, 'account', 'accounts')} of organization ${organization}.`;
}

function renderEntry(entry: FullEntry, denials: readonly string[]): Line[] {
  const { symbol } = SYMBOLS[entry.decision];
  const title: Line = [symbol, ' ', bold(entry.id), ` ${entry.name}`, dim(`  ${entry.ou ?? 'unknown OU'}`)];
  const until = entry.until === undefined ? '' : `, until ${entry.until}`;
  const why: Line = [
    dim(`    ${entry.rule}${entry.reason === undefined ? '' : `: ${entry.reason}${until}`}`),
  ];
  return [
    title,
    why,
    ...(entry.email === undefined || !entry.actions.some(isPlaced)
      ? []
      : [[dim('    email '), entry.email.masked]]),
    ...renderObserved(entry),
    ...entry.actions.filter(isPlaced).flatMap(renderAction),
    ...entry.findings.map((it): Line => ['    ', ...renderFinding(it)]),
    ...(entry.observed?.kind === 'unknown' ? [[dim('    → '), explainUnknown(entry.observed.cause)]] : []),
    ...denials.map((denial): Line => [dim('    now '), denial]),
    ...entry.actions.filter(isPlaced).flatMap(renderPolicies),
  ];
}

function renderObserved(entry: FullEntry): Line[] {
  if (entry.observed?.kind !== 'audited') return [];
  const { credentials } = entry.observed;
  const doomed = new Map(
    entry.actions.filter(isDeleteAction).map((action) => [nameTarget(action), action.by]),
  );
  const mark = (credential: Credential) => (doomed.has(nameCredential(credential)) ? red('-') : ' ');
  const rows = credentials.map((credential) => [
    mark(credential),
    nameCredential(credential),
    dim(describeUse(credential)),
  ]);
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
