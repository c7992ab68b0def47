/** The accounts of a plan, prepared for filtering and counting. */
import { credentialOf, isDeleteAction } from '../core/action/action.js';
import {
  CREDENTIAL_KINDS,
  type CredentialKind,
  countKinds,
  describeUse,
  nameCredential,
} from '../core/action/credentials.js';
import type { Decision, Entry, Plan } from '../core/plan/plan.js';
import type { FindingCode } from '../core/policy/findings.js';

export interface PageAccount {
  readonly entry: Entry;
  readonly name: string;
  /** Path of OU names; undefined if AWS did not return it, or for a clean account, for which plans omit it. */
  readonly unit: string | undefined;
  /** Credentials by kind; undefined if unknown. */
  readonly holds: Readonly<Record<CredentialKind, number>> | undefined;
  readonly loses: Readonly<Record<CredentialKind, number>>;
  readonly findings: ReadonlySet<FindingCode>;
  /** The searchable text, in lower case. */
  readonly text: string;
}

export interface Filter {
  readonly search: string;
  readonly decision: Decision | undefined;
  readonly finding: FindingCode | undefined;
  readonly kind: CredentialKind | undefined;
  /** Path of an OU; includes everything below it. */
  readonly unit: string | undefined;
}

export const NO_FILTER: Filter = {
  search: '',
  decision: undefined,
  finding: undefined,
  kind: undefined,
  unit: undefined,
};

/** Most important for a reviewer first. */
export const IMPORTANCE: readonly Decision[] = [
  'blocked',
  'unknown',
  'delete',
  'recover',
  'unlock',
  'kept',
  'excluded',
  'not-active',
  'clean',
];

export function rankAccounts(plan: Plan): PageAccount[] {
  const rank = ({ entry }: PageAccount) => IMPORTANCE.indexOf(entry.decision);
  return plan.accounts.map(describeAccount).sort((a, b) => rank(a) - rank(b));
}

function describeAccount(entry: Entry): PageAccount {
  const none = countKinds([]);
  if (entry.decision === 'clean') {
    const text = `${entry.id} clean`;
    return { entry, name: '', unit: undefined, holds: none, loses: none, findings: new Set(), text };
  }
  const { id, name, email, ou, observed, actions, findings, reason = '', rule } = entry;
  const credentials = observed?.kind === 'audited' ? observed.credentials : undefined;
  return {
    entry,
    name,
    unit: ou,
    holds: credentials && countKinds(credentials),
    loses: countKinds(actions.filter(isDeleteAction).map(credentialOf)),
    findings: new Set(findings.map(({ code }) => code)),
    text: [
      ...[id, name, email?.masked ?? '', ou ?? '', entry.decision, rule, reason],
      ...(credentials ?? []).map((it) => `${nameCredential(it)} ${describeUse(it)}`),
      ...findings.map(({ code, message }) => `${code} ${message}`),
    ]
      .join('\n')
      .toLowerCase(),
  };
}

export function filterAccounts(accounts: readonly PageAccount[], filter: Filter): PageAccount[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  return accounts.filter(
    ({ entry, unit, holds, findings, text }) =>
      (filter.decision === undefined || entry.decision === filter.decision) &&
      (filter.finding === undefined || findings.has(filter.finding)) &&
      (filter.kind === undefined || (holds?.[filter.kind] ?? 0) > 0) &&
      (filter.unit === undefined || isWithin(unit, filter.unit)) &&
      words.every((word) => text.includes(word)),
  );
}

/** Whether a path is the OU or below it. */
export function isWithin(path: string | undefined, unit: string): boolean {
  if (path === undefined) return false;
  return unit === '/' || path === unit || path.startsWith(`${unit}/`);
}

export function sumKinds(
  accounts: readonly PageAccount[],
  of: (account: PageAccount) => PageAccount['holds'],
): Record<CredentialKind, number> {
  const sums = countKinds([]);
  for (const account of accounts) {
    const counts = of(account);
    for (const kind of CREDENTIAL_KINDS) sums[kind] += counts?.[kind] ?? 0;
  }
  return sums;
}
