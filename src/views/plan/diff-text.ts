/** The differences between two plans, for people at a terminal. */

import { nameCredential } from '../../core/action/credentials.js';
import type { Change } from '../../core/base/change.js';
import type { Cause, Weight } from '../../core/plan/change-cause.js';
import type { Plan } from '../../core/plan/plan.js';
import type {
  AccountDifference,
  AccountStanding,
  ActionDifference,
  CredentialDifference,
  CredentialState,
  FindingDifference,
  PlanDiff,
} from '../../core/plan/plan-diff.js';
import type { Verdict } from '../../core/plan/verdict.js';
import type { PolicyChange } from '../../core/policy/policy-change.js';
import { countCredentials, plural } from '../format/counts.js';
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
import { patchText } from '../format/patch.js';
import { REDACTED, renderVerdict } from './verdict-words.js';

/** Two plans and what is known about the causes of their differences. */
export interface ShownDiff extends PlanDiff {
  readonly plans: Change<{ readonly path: string; readonly plan: Plan; readonly verdict: Verdict }>;
  readonly policy: PolicyChange;
  /** Whether `core/cli/redact.ts` masked it. */
  readonly redacted: boolean;
}

const SYMBOLS = {
  new: { symbol: green('+'), meaning: 'account is new' },
  gone: { symbol: red('-'), meaning: 'account is gone' },
  changed: { symbol: yellow('~'), meaning: 'account is planned otherwise' },
} as const;

export function renderDiff(diff: ShownDiff): Line[] {
  const { before, after } = diff.plans;
  return [
    ...renderVerdict(before.verdict, `"${before.path}" `),
    ...renderVerdict(after.verdict, `"${after.path}" `),
    ...(diff.redacted ? [[REDACTED]] : []),
    [],
    [bold(diffHeadline(diff))],
    [],
    ...renderDifferences(diff),
    ...renderPolicy(diff),
    [],
    [bold('Diff: '), summarize(diff)],
    ...(diff.applicable.before === diff.applicable.after
      ? []
      : [[diff.applicable.after ? green('No longer blocked') : red('Blocked'), ': ', sayApplicable(diff)]]),
  ];
}

/** The accounts that differ, then the findings of the plans that differ. */
export function renderDifferences({ accounts, findings }: PlanDiff): Line[] {
  const legend = Object.entries(SYMBOLS).filter(([kind]) =>
    accounts.some((account) => account.kind === kind),
  );
  return [
    ...legend.map(([, { symbol, meaning }]): Line => ['  ', symbol, ` ${meaning}`]),
    ...(legend.length > 0 ? [[]] : []),
    ...accounts.flatMap((account) => [...renderAccount(account), []]),
    ...findings.map((finding): Line => ['  ', ...renderFinding(finding)]),
    ...(findings.length > 0 ? [[]] : []),
  ];
}

export function diffHeadline({ accounts, unchanged, plans }: ShownDiff): string {
  const all = plural(accounts.length + unchanged, 'account', 'accounts');
  const between = `between "${plans.before.path}" and "${plans.after.path}"`;
  if (accounts.length === 0) return `No account differs ${between} (${all}).`;
  return `${accounts.length} of ${all} ${accounts.length === 1 ? 'differs' : 'differ'} ${between}.`;
}

/** All counts, including zeros. */
export function summarize({ accounts, unchanged, deletions }: PlanDiff): string {
  const count = (kind: AccountDifference['kind']) => accounts.filter((it) => it.kind === kind).length;
  return `${count('new')} new, ${count('gone')} gone, ${count('changed')} planned otherwise, ${unchanged} unchanged; the new plan deletes in addition ${countCredentials(deletions.added)}, and no longer ${countCredentials(deletions.dropped)}.`;
}

export function sayApplicable({ applicable }: PlanDiff): string {
  return applicable.after
    ? 'findings stop the old plan, and not the new one.'
    : 'findings stop the new plan, and not the old one.';
}

function renderAccount(account: AccountDifference): Line[] {
  const { kind, id, name, ou, before, after, cause } = account;
  const title: Line = [
    SYMBOLS[kind].symbol,
    ' ',
    bold(id),
    name === undefined ? '' : ` ${name}`,
    dim(ou === undefined ? '' : `  ${ou}`),
  ];
  const decision =
    before !== undefined && after !== undefined && before.decision === after.decision
      ? after.decision
      : arrow(before?.decision, after?.decision);
  return [
    title,
    ['    ', decision],
    ...renderRules(before, after),
    ...(cause === undefined ? [] : [[dim('    → '), describeCause(cause)]]),
    ...account.facts.map((fact): Line => ['    ', dim(`${fact.fact}: `), `${fact.before} -> ${fact.after}`]),
    ...indent(4, alignRows(account.credentials.map(renderCredential))),
    ...account.actions.flatMap(patchAction).map((line): Line => ['    ', colourPatch(line)]),
    ...account.findings.map((finding): Line => ['    ', ...renderFinding(finding)]),
  ];
}

/** How the action on a target differs in a recovery or an unlock. */
export function patchAction({ target, before = '', after = '' }: ActionDifference): readonly string[] {
  return patchText(target, target, { before, after });
}

function renderRules(before: AccountStanding | undefined, after: AccountStanding | undefined): Line[] {
  const [old, now] = [describeRule(before), describeRule(after)];
  if (old === now) return now === undefined ? [] : [[dim(`    ${now}`)]];
  return [
    ...(old === undefined ? [] : [[dim('    was: '), old]]),
    ...(now === undefined ? [] : [[dim('    now: '), now]]),
  ];
}

/** `exclude[0] (line 9): break-glass account, until 2027-03-31`; undefined if the account has no rule. */
export function describeRule(standing: AccountStanding | undefined): string | undefined {
  if (standing?.rule === undefined) return undefined;
  const { rule, reason, until } = standing;
  return `${rule}${reason === undefined ? '' : `: ${reason}`}${until === undefined ? '' : `, until ${until}`}`;
}

function arrow(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return after ?? '';
  return after === undefined ? before : `${before} -> ${after}`;
}

function renderCredential(change: CredentialDifference): (string | Span)[] {
  const name = nameCredential(change.credential);
  const [old, now] = [describeState(change.before), describeState(change.after)];
  const symbol = isDeleted(change.after) ? red('-') : isDeleted(change.before) ? cyan('=') : ' ';
  return [symbol, name, dim(`${old} -> ${now}`)];
}

function isDeleted(state: CredentialState): boolean {
  return state.kind === 'present' && state.deleted;
}

export function describeState(state: CredentialState): string {
  switch (state.kind) {
    case 'present':
      return `${state.deleted ? 'to delete' : 'left'} (${state.use})`;
    case 'absent':
      return 'not there';
    case 'unknown':
      return 'unknown';
    case 'not-audited':
      return 'not looked at';
    case 'no-account':
      return 'no such account';
  }
}

function renderFinding(change: FindingDifference): Line {
  return [FINDING_MARKS[change.kind], describeFinding(change)];
}

const FINDING_MARKS: Readonly<Record<FindingDifference['kind'], Span>> = {
  gone: green('gone '),
  new: red('new  '),
  severity: yellow('now  '),
};

export function describeFinding(change: FindingDifference): string {
  const { code, message } = change.finding;
  const severity =
    change.kind === 'severity' ? `${change.before} -> ${change.after}` : change.finding.severity;
  return `${severity} ${code}: ${message}`;
}

const FACTORS: readonly (readonly [factor: keyof Cause, name: string])[] = [
  ['policy', 'the other policy'],
  ['account', 'what has changed in the account'],
  ['time', 'the time that has passed'],
];

export function describeCause(cause: Cause): string {
  const which = (weight: Weight) =>
    FACTORS.flatMap(([factor, name]) => (cause[factor] === weight ? [name] : []));
  const [enough, open] = [which('enough'), which('undetermined')];
  const unsaid =
    open.length === 0 ? '' : `; whether ${open.join(' or ')} would do alone, these plans do not tell`;
  if (enough.length > 1) return `because of ${enough.join(' or ')}: each would do alone${unsaid}`;
  if (enough.length === 1) return `because of ${enough[0]}${unsaid}`;
  return open.length === 0
    ? 'because of more than one change: none of policy, account and time would do alone'
    : `why cannot be told: these plans do not hold what is needed to try ${open.join(' and ')} alone`;
}

function renderPolicy({ policy, plans }: ShownDiff): Line[] {
  const [before, after] = [plans.before.plan.policy, plans.after.plan.policy];
  if (policy.kind === 'same') return [[bold('Policy: '), 'the same in both plans.']];
  const digests = `sha256:${before.sha256.slice(0, 12)} -> sha256:${after.sha256.slice(0, 12)}`;
  if (policy.kind === 'not-compared') {
    return [[bold('Policy: '), `changed (${digests}), and not compared: ${policy.reason}.`]];
  }
  const looser =
    policy.looser.length === 0
      ? [['  ', green('Nothing in it is looser.')]]
      : policy.looser.map((sentence): Line => ['  ', yellow('looser '), sentence]);
  return [
    [bold('Policy: '), `changed (${digests}).`],
    ...looser,
    ...patchText(before.path, after.path, policy.texts).map((line): Line => ['  ', colourPatch(line)]),
  ];
}

function colourPatch(line: string): string | Span {
  if (line.startsWith('-')) return red(line);
  return line.startsWith('+') ? green(line) : dim(line);
}
