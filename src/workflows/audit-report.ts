/** What an audit saw, as a report that can be filed: before the root credentials are gone, and after. */

import type { Account } from '../core/account/organization.js';
import {
  type CredentialKind,
  compareText,
  countKinds,
  type Observation,
} from '../core/action/credentials.js';
import { formatTime } from '../core/base/time.js';
import {
  CONTROL_RESULTS,
  CONTROLS,
  type Control,
  type ControlId,
  type ControlResult,
  judgeControls,
} from '../core/doctor/control.js';
import { TOOL } from '../version.js';
import type { Opened } from './ports.js';
import type { Survey, SurveyedAccount } from './survey.js';

export interface AuditedAccount extends Omit<Account, 'parents'> {
  readonly ou?: string;
  /** Why it was not looked at; absent where it was. */
  readonly notAudited?: 'management account' | 'not active';
  readonly observed?: Observation;
  readonly controls: Readonly<Record<ControlId, ControlResult>>;
}

export interface AuditReport {
  /** ISO 8601, UTC: the end of the audit. */
  readonly at: string;
  readonly tool: string;
  readonly organization: string;
  readonly managementAccount: string;
  /** ARN of the caller. */
  readonly auditedBy: string;
  readonly totals: {
    readonly accounts: number;
    readonly audited: number;
    readonly unknown: number;
    readonly notAudited: number;
    /** Of the accounts that were audited. */
    readonly credentials: Readonly<Record<CredentialKind, number>>;
  };
  readonly controls: readonly (Control & { readonly accounts: Readonly<Record<ControlResult, number>> })[];
  /** Every account of the organization, by id. */
  readonly accounts: readonly AuditedAccount[];
}

export function assembleAuditReport(
  survey: Survey,
  { organization, caller }: Pick<Opened, 'organization' | 'caller'>,
  now: Date,
): AuditReport {
  const accounts = survey.accounts.map(describeAccount).sort((a, b) => compareText(a.id, b.id));
  const observed = (kind: Observation['kind']) =>
    accounts.filter((account) => account.observed?.kind === kind);
  const credentials = accounts.flatMap((account) =>
    account.observed?.kind === 'audited' ? account.observed.credentials : [],
  );
  return {
    at: formatTime(now),
    tool: TOOL,
    organization: organization.id,
    managementAccount: organization.managementAccount,
    auditedBy: caller.arn,
    totals: {
      accounts: accounts.length,
      audited: observed('audited').length,
      unknown: observed('unknown').length,
      notAudited: accounts.filter((account) => account.observed === undefined).length,
      credentials: countKinds(credentials),
    },
    controls: CONTROLS.map((control) => ({ ...control, accounts: countResults(accounts, control.id) })),
    accounts,
  };
}

function describeAccount({ facts, scope, observation }: SurveyedAccount): AuditedAccount {
  const { parents: _parents, ...account } = facts.account;
  const seen = observation ?? explainScope(scope);
  return {
    ...account,
    ...(facts.unitPath === undefined ? {} : { ou: facts.unitPath }),
    ...(typeof seen === 'string' ? { notAudited: seen } : { observed: seen }),
    controls: judgeControls(typeof seen === 'string' ? undefined : seen),
  };
}

/** Why an account was not looked at; where that is for want of a fact, nobody knows what it holds (promise 4). */
function explainScope(
  scope: SurveyedAccount['scope'],
): NonNullable<AuditedAccount['notAudited']> | Observation {
  switch (scope.kind) {
    case 'management':
      return 'management account';
    case 'not-active':
      return 'not active';
    case 'undecidable':
      return { kind: 'unknown', cause: 'missing-fact', message: `AWS did not return ${scope.missing}` };
    case 'excluded':
    case 'included':
    case 'not-included':
      throw new Error('an audit has no policy, and looks at every active member account');
  }
}

function countResults(accounts: readonly AuditedAccount[], id: ControlId): Record<ControlResult, number> {
  const counts = Object.fromEntries(CONTROL_RESULTS.map((result) => [result, 0])) as Record<
    ControlResult,
    number
  >;
  for (const { controls } of accounts) counts[controls[id]] += 1;
  return counts;
}
