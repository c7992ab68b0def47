/** An audit as a table for spreadsheets, with one row per account and one column per control. */
import { CONTROL_IDS } from '../../core/doctor/control.js';
import type { AuditedAccount, AuditReport } from '../../workflows/audit-report.js';
import { renderCsv } from '../format/csv.js';
import { CREDENTIAL_COLUMNS, renderCredentials } from '../plan/plan-csv.js';

/** Columns are never renamed, and new ones are added at the end. */
export const AUDIT_COLUMNS = [
  'audited_at',
  'organization',
  'account',
  'name',
  'email',
  'ou',
  'state',
  'observed',
  ...CREDENTIAL_COLUMNS,
  'IAM.4',
  'IAM.6',
  'IAM.9',
] as const;

export interface ShownReport extends AuditReport {
  /** Whether `core/cli/redact.ts` masked it. */
  readonly redacted: boolean;
}

export function renderAuditCsv({ at, organization, accounts, redacted }: ShownReport): string {
  return renderCsv([
    [...AUDIT_COLUMNS, ...(redacted ? ['redacted'] : [])],
    ...accounts.map((account) => [at, organization, ...renderAccount(account), ...(redacted ? ['yes'] : [])]),
  ]);
}

function renderAccount(account: AuditedAccount): string[] {
  const { id, name, email, ou = '', state, controls } = account;
  return [id, name, email, ou, state, ...renderObserved(account), ...CONTROL_IDS.map((it) => controls[it])];
}

function renderObserved({ observed, notAudited }: AuditedAccount): string[] {
  if (observed?.kind === 'audited') return [observed.by, ...renderCredentials(observed.credentials)];
  const why =
    observed === undefined ? `not audited: ${notAudited}` : `unknown: ${observed.cause}: ${observed.message}`;
  return [why, ...renderCredentials(undefined)];
}
