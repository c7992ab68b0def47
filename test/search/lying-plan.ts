/**
 * Plans as a planner would write them who lies: signed by a key that is trusted, and such that the policy yields them
 * from what they hold. Only the organization, or another audit, can tell.
 */
import {
  type Credential,
  type CredentialKind,
  type Observation,
  sortCredentials,
} from '../../src/core/action/credentials.js';
import { decideAgain } from '../../src/core/plan/guard.js';
import {
  countTotals,
  type Entry,
  type FullEntry,
  isDeleteEntry,
  type Plan,
} from '../../src/core/plan/plan.js';
import type { Policy } from '../../src/core/policy/policy.js';
import { compileScope } from '../../src/core/policy/scope.js';
import type { RootCredentials } from '../../src/emulator/state/account.js';
import type { Lie } from './case.js';
import { formatTime } from './forge-signatures.js';

/** What the planner knows. */
export interface Known {
  readonly policy: Policy;
  /** What the root user of an account holds. */
  readonly holdings: (account: string) => RootCredentials;
}

const HOUR = 3_600_000;
/** Accounts that are not there. */
const INVENTED = ['900000000001', '900000000002', '900000000003', '900000000004', '900000000005'];

type Change = (plan: Plan, known: Known) => Plan | undefined;

/** @returns undefined where the lie is impossible, or would delete nothing. */
export function tellLie(lie: Lie, plan: Plan, known: Known): Plan | undefined {
  const lied = CHANGES[lie](plan, known);
  if (lied === undefined) return undefined;
  const pacified = pacify(lied);
  return pacified.accounts.some(isDeleteEntry) ? pacified : undefined;
}

const CHANGES: Readonly<Record<Lie, Change>> = {
  'finding-dropped': (plan) =>
    plan.findings.some(({ code, severity }) => code === 'selector-unmatched' && severity === 'block')
      ? plan
      : undefined,
  'limit-diluted': (plan, { policy: { limits } }) =>
    limits.percent !== undefined && plan.findings.some(({ code }) => code === 'limit-exceeded')
      ? { ...plan, accounts: [...plan.accounts, ...INVENTED.map(cleanEntry)] }
      : undefined,
  'account-invented': (plan) => ({
    ...plan,
    accounts: [...plan.accounts, ...INVENTED.slice(1).map(cleanEntry)],
  }),
  'account-hidden': (plan) => {
    const hidden = plan.accounts.findLast(({ id }) => id !== plan.managementAccount);
    return { ...plan, accounts: plan.accounts.filter((entry) => entry !== hidden) };
  },
  'clean-claimed': (plan) =>
    changeFirst(plan, [...plan.accounts].filter(isFull).filter(holdsSomething).reverse(), ({ id }) =>
      cleanEntry(id),
    ),
  'inactive-claimed-clean': (plan) =>
    changeFirst(plan, byDecision(plan, 'not-active'), ({ id }) => cleanEntry(id)),
  'exclusion-claimed': (plan, known) =>
    changeFirst(plan, byDecision(plan, 'blocked', 'kept', 'delete', 'unknown'), ({ observed: _, ...entry }) =>
      firstOf(EXCLUDED_FACTS, (facts) => decide({ ...entry, ...facts }, plan, known, 'excluded')),
    ),
  'exclusion-denied': (plan, known) =>
    changeFirst(plan, byDecision(plan, 'excluded', 'not-active'), ({ reason: _, until: __, ...entry }) =>
      firstOf(INCLUDED_FACTS, (facts) => {
        const observed = observe(known.holdings(entry.id));
        return decide({ ...entry, ...facts, state: 'ACTIVE', observed }, plan, known, 'delete');
      }),
    ),
  'credential-hidden': (plan, known) =>
    changeFirst(plan, byDecision(plan, 'blocked', 'delete', 'kept'), (entry) => {
      const [, ...rest] = entry.observed?.kind === 'audited' ? entry.observed.credentials : [];
      return decide(withCredentials(entry, rest), plan, known, 'delete');
    }),
  'use-set-back': (plan, known) =>
    changeFirst(plan, byDecision(plan, 'blocked', 'delete', 'kept'), (entry) => {
      const found = entry.observed?.kind === 'audited' ? entry.observed.credentials : [];
      const older = found.map((it): Credential => (it.kind === 'access-key' ? { ...it, ...UNUSED } : it));
      const isSame = older.every((it, index) => it === found[index]);
      return isSame ? undefined : decide(withCredentials(entry, older), plan, known, 'delete');
    }),
  'created-set-back': (plan, known) => {
    const back = (time: string) => formatTime(Date.parse(time) - 2 * HOUR);
    const moved = { ...plan, created: back(plan.created), expires: back(plan.expires) };
    const accounts = moved.accounts.map((entry) =>
      isFull(entry) ? (decide(entry, moved, known) ?? entry) : entry,
    );
    return { ...moved, accounts };
  },
  'wait-dropped': ({ notBefore, ...plan }) => (notBefore === undefined ? undefined : plan),
  'wait-shortened': (plan) => (plan.notBefore === undefined ? undefined : { ...plan, notBefore: '1m' }),
};

/** Whether the policy alone gives the lie away. */
export function isRefusedOffline(lie: Lie): boolean {
  return lie === 'wait-dropped' || lie === 'wait-shortened';
}

const UNUSED = { created: '2010-01-01T00:00:00Z', lastUsed: { kind: 'never' } } as const;
/** What rules that exclude match, or rules that include do not. */
const EXCLUDED_FACTS: readonly Partial<FullEntry>[] = [
  { name: 'legacy-claimed' },
  { ou: '/Sandbox', tags: {} },
  { tags: { stage: 'dev' } },
  { name: 'other', ou: '/Elsewhere', tags: {} },
];
const INCLUDED_FACTS: readonly Partial<FullEntry>[] = [
  {},
  { name: 'shop', ou: '/Workloads/Prod' },
  { name: 'shop', ou: '/Workloads/Prod', tags: { stage: 'prod' } },
  { name: 'shop', ou: '/Workloads/Dev', tags: { stage: 'dev' } },
];

/** Nothing that blocks is left: its account is called clean. */
function pacify(plan: Plan): Plan {
  const accounts = plan.accounts
    .map((entry) =>
      isFull(entry) && entry.findings.some(({ severity }) => severity === 'block')
        ? cleanEntry(entry.id)
        : entry,
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const findings = plan.findings.filter(({ severity }) => severity !== 'block');
  return { ...plan, applicable: true, accounts, findings, totals: countTotals(findings, accounts) };
}

/** The plan with the first of some entries changed that can be. */
function changeFirst(
  plan: Plan,
  candidates: readonly FullEntry[],
  change: (entry: FullEntry) => Entry | undefined,
): Plan | undefined {
  return firstOf(candidates, (candidate) => {
    const changed = change(candidate);
    if (changed === undefined) return undefined;
    return { ...plan, accounts: plan.accounts.map((entry) => (entry === candidate ? changed : entry)) };
  });
}

/** What the policy makes of an entry; undefined where that is not the decision wanted. */
function decide(
  entry: FullEntry,
  plan: Plan,
  { policy }: Known,
  wanted: Entry['decision'] = entry.decision,
): Entry | undefined {
  const decided = decideAgain(plan, entry, { policy, rules: compileScope(policy), trustRule: true });
  return decided?.decision === wanted ? decided : undefined;
}

/** In the order of the decisions; never the management account, which several checks protect. */
function byDecision(plan: Plan, ...decisions: readonly Entry['decision'][]): FullEntry[] {
  const others = plan.accounts.filter(isFull).filter(({ id }) => id !== plan.managementAccount);
  return decisions.flatMap((decision) => others.filter((entry) => entry.decision === decision));
}

function withCredentials(entry: FullEntry, credentials: readonly Credential[]): FullEntry {
  return { ...entry, observed: { kind: 'audited', by: 'listing', credentials } };
}

/** What an honest audit would have seen. */
function observe({ accessKeys, signingCertificates, password, mfaDevices }: RootCredentials): Observation {
  const used = (at: string | undefined) =>
    at === undefined
      ? ({ kind: 'never' } as const)
      : ({ kind: 'used', at: formatTime(Date.parse(at)) } as const);
  const of = (kind: CredentialKind, created: string) => ({ kind, created: formatTime(Date.parse(created)) });
  const credentials: Credential[] = [
    ...accessKeys.map((it) => ({
      ...of('access-key', it.created),
      id: it.id,
      status: it.status,
      lastUsed:
        it.lastUsed === undefined
          ? ({ kind: 'never' } as const)
          : { ...used(it.lastUsed.at), service: it.lastUsed.service, region: it.lastUsed.region },
    })),
    ...signingCertificates.map((it) => ({
      ...of('signing-certificate', it.uploaded),
      id: it.id,
      status: it.status,
    })),
    ...(password === undefined
      ? []
      : [{ ...of('password', password.created), lastUsed: used(password.lastUsed) }]),
    ...mfaDevices.map((it) => ({ ...of('mfa-device', it.enabled), id: it.serial })),
  ];
  return { kind: 'audited', by: 'listing', credentials: sortCredentials(credentials) };
}

function cleanEntry(id: string): Entry {
  return { id, decision: 'clean', by: 'summary' };
}

function isFull(entry: Entry): entry is FullEntry {
  return entry.decision !== 'clean';
}

function holdsSomething({ observed }: FullEntry): boolean {
  return observed?.kind === 'audited';
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
