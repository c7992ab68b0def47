/** A plan for people, in Terraform's manner: what will happen, account by account, and one line that sums it up. */

import { listBlockers, listFullEntries } from '../core/blocker.js';
import { type Credential, describeUse, nameCredential } from '../core/credentials.js';
import {
  actionName,
  type Decision,
  type Finding,
  type FullEntry,
  type Plan,
  type PlanHeader,
} from '../core/plan.js';
import type { AnyPlan } from '../core/remedy.js';
import type { Review } from '../core/review.js';
import { isOpen, type Verdict } from '../core/verdict.js';
import { countCredentials, plural } from './counts.js';
import { alignRows, bold, cyan, dim, green, type Line, red, type Span, yellow } from './lines.js';
import { announce } from './plan-words.js';
import { explainUnknown } from './unknown-text.js';
import { renderTop } from './verdict-words.js';

const SYMBOLS: Readonly<
  Record<Exclude<Decision, 'clean'>, { readonly symbol: Span; readonly meaning: string }>
> = {
  delete: { symbol: red('-'), meaning: 'root credentials to delete' },
  blocked: { symbol: yellow('!'), meaning: 'blocked by a finding' },
  unknown: { symbol: yellow('?'), meaning: 'could not be audited' },
  kept: { symbol: cyan('='), meaning: 'holds credentials that the policy does not delete' },
  excluded: { symbol: dim('~'), meaning: 'excluded, left alone' },
  'not-active': { symbol: dim('.'), meaning: 'not active, left alone' },
};

/** What its checks come to, the plan, and where it comes from. */
export function renderReview(review: Review): Line[] {
  const { plan, verdict, redacted } = review;
  return [...renderTop(verdict, redacted), ...renderPlan(plan, verdict), [], ...renderOrigin(review)];
}

/** Where a plan of either kind comes from. */
export function renderOrigin({ plan, digest }: Review<AnyPlan>): Line[] {
  return [
    [
      `Planned by ${plan.plannedBy} at ${plan.created} with policy "${plan.policy.path}"; ${describeValidity(plan)}.`,
    ],
    [`Digest sha256:${digest}`],
  ];
}

/** @param verdict absent where the plan was just made, or is shown to be signed. */
export function renderPlan(plan: Plan, verdict?: Verdict): Line[] {
  const entries = listFullEntries(plan);
  const used = new Set(entries.map((entry) => entry.decision));
  const legend = Object.entries(SYMBOLS).filter(([decision]) => used.has(decision as FullEntry['decision']));
  return [
    [bold(headline(plan, verdict))],
    [],
    ...legend.map(([, { symbol, meaning }]): Line => ['  ', symbol, ` ${meaning}`]),
    ...(legend.length > 0 ? [[]] : []),
    ...plan.findings.flatMap((finding): Line[] => [['  ', ...renderFinding(finding)]]),
    ...(plan.findings.length > 0 ? [[]] : []),
    ...entries.flatMap((entry) => [...renderEntry(entry), []]),
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

function headline({ totals, organization, applicable }: Plan, verdict: Verdict | undefined): string {
  const { delete: touched } = totals.decisions;
  if (touched === 0) {
    return `No deletions. rootsweep looked at ${plural(totals.accounts, 'account', 'accounts')} of organization ${organization}.`;
  }
  return `${announce(applicable && isOpen(verdict))} delete root credentials in ${touched} of ${plural(totals.accounts, 'account', 'accounts')} of organization ${organization}.`;
}

function renderEntry(entry: FullEntry): Line[] {
  const { symbol } = SYMBOLS[entry.decision];
  const title: Line = [symbol, ' ', bold(entry.id), ` ${entry.name}`, dim(`  ${entry.ou ?? 'unknown OU'}`)];
  const until = entry.until === undefined ? '' : `, until ${entry.until}`;
  const why: Line = [
    dim(`    ${entry.rule}${entry.reason === undefined ? '' : `: ${entry.reason}${until}`}`),
  ];
  return [
    title,
    why,
    ...renderObserved(entry),
    ...entry.findings.map((it): Line => ['    ', ...renderFinding(it)]),
    ...(entry.observed?.kind === 'unknown' ? [[dim('    → '), explainUnknown(entry.observed.cause)]] : []),
  ];
}

function renderObserved(entry: FullEntry): Line[] {
  if (entry.observed?.kind !== 'audited') return [];
  const { credentials } = entry.observed;
  const doomed = new Map(entry.actions.map((action) => [nameCredential(actionName(action)), action.by]));
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

function renderFinding({ severity, code, message }: Finding): Line {
  const label = { block: red('block'), warn: yellow('warn'), info: green('info') }[severity];
  return [label, ` ${code}: ${message}`];
}
