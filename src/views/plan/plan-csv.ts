/** A plan as a table for spreadsheets, with one row per account. */
import { isDeleteAction, isPlaced, nameTarget } from '../../core/action/action.js';
import {
  CREDENTIAL_KINDS,
  CREDENTIALS,
  type Credential,
  countKinds,
  describeUse,
  nameCredential,
} from '../../core/action/credentials.js';
import type { Entry } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { renderCsv } from '../format/csv.js';
import { describeAction } from './action-words.js';

/** The columns of `renderCredentials`. */
export const CREDENTIAL_COLUMNS = [
  ...CREDENTIAL_KINDS.map((kind) => CREDENTIALS[kind].csvColumn),
  'credentials',
] as const;

/** Columns are never renamed; a program finds them by name. */
export const PLAN_COLUMNS = [
  'account',
  'name',
  'email',
  'ou',
  'state',
  'decision',
  'rule',
  'reason',
  'until',
  'observed',
  ...CREDENTIAL_COLUMNS,
  'deletes',
  'findings',
  'verdict',
  'changes',
] as const;

/** Every row contains the verdict, because rows are sorted, filtered and copied without a header. */
export function renderPlanCsv({ plan, verdict, redacted }: Review): string {
  const judged = verdict.kind === 'refused' ? `refused: ${verdict.code}` : verdict.kind;
  return renderCsv([
    [...PLAN_COLUMNS, ...(redacted ? ['redacted'] : [])],
    ...plan.accounts.map((entry) => [
      ...renderEntry(entry),
      judged,
      describeChanges(entry),
      ...(redacted ? ['yes'] : []),
    ]),
  ]);
}

function renderEntry(entry: Entry): string[] {
  if (entry.decision === 'clean') {
    const { id, decision, by } = entry;
    return [id, '', '', '', '', decision, '', '', '', by, ...renderCredentials([]), '', ''];
  }
  const { id, name, email, ou = '', state, decision, rule, reason = '', until = '', observed } = entry;
  const audited = observed?.kind === 'audited' ? observed : undefined;
  return [
    ...[id, name, email?.masked ?? '', ou, state, decision, rule, reason, until],
    observed?.kind === 'unknown' ? `unknown: ${observed.cause}` : (audited?.by ?? 'not audited'),
    ...renderCredentials(audited?.credentials),
    entry.actions.filter(isDeleteAction).map(nameTarget).join('; '),
    entry.findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`).join('; '),
  ];
}

/** What recoveries and unlocks do. */
function describeChanges(entry: Entry): string {
  const actions = entry.decision === 'clean' ? [] : entry.actions.filter(isPlaced);
  return actions.map((action) => `${nameTarget(action)}: ${describeAction(action).done}`).join('; ');
}

/** A count for each kind, then the credentials. Unknown counts are empty, not 0. */
export function renderCredentials(credentials: readonly Credential[] | undefined): string[] {
  if (credentials === undefined) return CREDENTIAL_COLUMNS.map(() => '');
  const counts = countKinds(credentials);
  return [
    ...CREDENTIAL_KINDS.map((kind) => String(counts[kind])),
    credentials.map((it) => `${nameCredential(it)} (${describeUse(it)})`).join('; '),
  ];
}
