/** An audit as a table for spreadsheets: one row for each account, with what it says to each control. */

import { CREDENTIAL_KINDS, countKinds, describeUse, nameCredential } from '../../core/action/credentials.js';
import { CONTROL_IDS } from '../../core/doctor/control.js';
import type { AuditedAccount, AuditReport } from '../../workflows/audit-report.js';
import { renderCsv } from '../format/csv.js';

/** In this order; a column is never renamed, and new ones come last. */
export const AUDIT_COLUMNS = [
  'audited_at',
  'organization',
  'account',
  'name',
  'email',
  'ou',
  'state',
  'observed',
  'access_keys',
  'signing_certificates',
  'passwords',
  'mfa_devices',
  'credentials',
  'IAM.4',
  'IAM.6',
  'IAM.9',
] as const;

/** `redacted`: whether it is shown with what `core/cli/redact.ts` masks. */
export interface ShownReport extends AuditReport {
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

/** A count that nobody knows is empty, never 0. */
function renderObserved({ observed, notAudited }: AuditedAccount): string[] {
  const empty = CREDENTIAL_KINDS.map(() => '');
  if (observed === undefined) return [`not audited: ${notAudited}`, ...empty, ''];
  if (observed.kind === 'unknown') return [`unknown: ${observed.cause}: ${observed.message}`, ...empty, ''];
  const counts = countKinds(observed.credentials);
  return [
    observed.by,
    ...CREDENTIAL_KINDS.map((kind) => String(counts[kind])),
    observed.credentials.map((it) => `${nameCredential(it)} (${describeUse(it)})`).join('; '),
  ];
}
