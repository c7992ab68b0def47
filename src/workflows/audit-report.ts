/** The report of an audit, as evidence before and after the root credentials are deleted. */
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
  /** Why it was not audited; absent if an audit was tried. */
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
  const countObserved = (kind: Observation['kind'] | undefined) =>
    accounts.filter((account) => account.observed?.kind === kind).length;
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
      audited: countObserved('audited'),
      unknown: countObserved('unknown'),
      notAudited: countObserved(undefined),
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

/** Why an account was not audited; because of a missing fact, its credentials are unknown (promise 4). */
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
  const results = accounts.map(({ controls }) => controls[id]);
  const counts = CONTROL_RESULTS.map((result) => [result, results.filter((it) => it === result).length]);
  return Object.fromEntries(counts) as Record<ControlResult, number>;
}
