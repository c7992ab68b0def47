/** A plan as a table for spreadsheets: one row for each account of the organization. */
import { isDeleteAction, isPlaced, nameTarget } from '../../core/action/action.js';
import { CREDENTIAL_KINDS, countKinds, describeUse, nameCredential } from '../../core/action/credentials.js';
import type { Entry, FullEntry } from '../../core/plan/plan.js';
import type { Review } from '../../core/plan/review.js';
import { renderCsv } from '../format/csv.js';
import { describeAction } from './action-words.js';

/** In this order; a column is never renamed, and new ones come last. */
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
  'access_keys',
  'signing_certificates',
  'passwords',
  'mfa_devices',
  'credentials',
  'deletes',
  'findings',
  'verdict',
  'changes',
] as const;

/** Every row carries the verdict on the plan: rows are sorted, filtered and copied away from any head. */
export function renderPlanCsv({ plan, verdict, redacted }: Review): string {
  const said = verdict.kind === 'refused' ? `refused: ${verdict.code}` : verdict.kind;
  return renderCsv([
    [...PLAN_COLUMNS, ...(redacted ? ['redacted'] : [])],
    ...plan.accounts.map((entry) => [
      ...renderEntry(entry),
      said,
      describeChanges(entry),
      ...(redacted ? ['yes'] : []),
    ]),
  ]);
}

function renderEntry(entry: Entry): string[] {
  if (entry.decision === 'clean') {
    const { id, decision, by } = entry;
    return [id, '', '', '', '', decision, '', '', '', by, '0', '0', '0', '0', '', '', ''];
  }
  const { id, name, email, ou = '', state, decision, rule, reason = '', until = '' } = entry;
  return [
    ...[id, name, email?.masked ?? '', ou, state, decision, rule, reason, until],
    ...describeObserved(entry),
    entry.actions.filter(isDeleteAction).map(nameTarget).join('; '),
    entry.findings.map(({ severity, code, message }) => `${severity} ${code}: ${message}`).join('; '),
  ];
}

/** What recoveries and unlocks do. */
function describeChanges(entry: Entry): string {
  const actions = entry.decision === 'clean' ? [] : entry.actions.filter(isPlaced);
  return actions.map((action) => `${nameTarget(action)}: ${describeAction(action).done}`).join('; ');
}

/** How it was looked at, a count for each kind, and the credentials. A count that nobody knows is empty, never 0. */
function describeObserved({ observed }: FullEntry): string[] {
  const counts = CREDENTIAL_KINDS.map(() => '');
  if (observed === undefined) return ['not audited', ...counts, ''];
  if (observed.kind === 'unknown') return [`unknown: ${observed.cause}`, ...counts, ''];
  const found = countKinds(observed.credentials);
  return [
    observed.by,
    ...CREDENTIAL_KINDS.map((kind) => String(found[kind])),
    observed.credentials.map((it) => `${nameCredential(it)} (${describeUse(it)})`).join('; '),
  ];
}
