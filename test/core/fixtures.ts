/** Small valid values, from which a test changes the one thing that it is about. */
import assert from 'node:assert/strict';
import type { Account } from '../../src/core/account/organization.js';
import type { Credential } from '../../src/core/action/credentials.js';
import {
  assemblePlan,
  type CleanEntry,
  type DeleteEntry,
  type Entry,
  type FullEntry,
  type Plan,
  type PlanHeader,
} from '../../src/core/plan/plan.js';
import {
  DEFAULT_FINDINGS,
  type Exclusion,
  type Policy,
  type Rule,
  type Selector,
} from '../../src/core/policy/policy.js';
import type { AccountFacts } from '../../src/core/policy/scope.js';
import { type ErrorCode, RootsweepError } from '../../src/errors.js';

export const MANAGEMENT = '111111111111';
export const MEMBER = '222222222222';
export const NOW = new Date('2026-11-23T09:00:00Z');

export const ACCESS_KEY: Credential = {
  kind: 'access-key',
  id: 'AKIAIOSFODNN7EXAMPLE',
  created: '2019-01-01T00:00:00Z',
  status: 'Active',
  lastUsed: { kind: 'never' },
};
export const CERTIFICATE: Credential = {
  kind: 'signing-certificate',
  id: 'TA7SMP42TDN5Z26OBPJE7EXAMPLE',
  created: '2012-01-01T00:00:00Z',
  status: 'Active',
};
export const PASSWORD: Credential = { kind: 'password', created: '2019-02-04T00:00:00Z' };
export const MFA_DEVICE: Credential = {
  kind: 'mfa-device',
  id: `arn:aws:iam::${MEMBER}:mfa/root-account-mfa-device`,
  created: '2020-01-01T00:00:00Z',
};

/** An active member account in the OU `/Workloads/Prod`. */
export function accountOf(change: Partial<Account> = {}): Account {
  return {
    id: MEMBER,
    name: 'shop',
    email: 'shop@example.com',
    state: 'ACTIVE',
    parents: ['r-exmp', 'ou-exmp-11111111', 'ou-exmp-22222222'],
    joined: '2020-06-15T12:00:00Z',
    joinedMethod: 'CREATED',
    ...change,
  };
}

export function factsOf(
  change: Partial<Account> = {},
  read: Pick<AccountFacts, 'unitPath' | 'tags'> = {},
): AccountFacts {
  return { account: accountOf(change), unitPath: '/Workloads/Prod', ...read };
}

export function includeOf(...selectors: readonly Selector[]): Rule[] {
  return selectors.map((selector, index) => ({
    id: `include[${index}]`,
    selector,
    line: index + 3,
    column: 5,
  }));
}

export function excludeOf(...selectors: readonly (Selector & { readonly until?: string })[]): Exclusion[] {
  return selectors.map(({ until, ...selector }, index) => ({
    id: `exclude[${index}]`,
    selector,
    line: index + 9,
    column: 5,
    reason: 'break-glass',
    ...(until === undefined ? {} : { until }),
  }));
}

/** What an empty policy file means. */
export function policyOf(change: Partial<Policy> = {}): Policy {
  return {
    include: [],
    exclude: [],
    delete: new Set(['password', 'mfa-device']),
    unusedFor: 90 * 24 * 60 * 60 * 1000,
    waivers: [],
    findings: DEFAULT_FINDINGS,
    blocking: 'organization',
    limits: {},
    expiresAfter: 72 * 60 * 60 * 1000,
    rollout: { waves: [{ kind: 'percent', value: 100 }], stopAfterFailures: 1 },
    ...change,
  };
}

/** The default policy with other severities. */
export function withSeverity(severity: Partial<Policy['findings']['severity']>): Policy {
  return policyOf({
    findings: { ...DEFAULT_FINDINGS, severity: { ...DEFAULT_FINDINGS.severity, ...severity } },
  });
}

export const SHA256 = 'a'.repeat(64);

export const HEADER: PlanHeader = {
  id: '00000000-0000-4000-8000-000000000000',
  created: '2026-11-23T08:00:00Z',
  expires: '2026-11-26T08:00:00Z',
  tool: 'rootsweep 0.1.0',
  partition: 'aws',
  organization: 'o-exampleorgid',
  managementAccount: MANAGEMENT,
  plannedBy: `arn:aws:sts::${MANAGEMENT}:assumed-role/Planner/me`,
  policy: { path: 'policy.yaml', sha256: SHA256 },
};

/** What a plan holds of an account: no email address. */
export function memberOf(change: Partial<Account> = {}): Omit<Account, 'email'> {
  const { email: _, ...facts } = accountOf(change);
  return facts;
}

/** An account that the default policy empties of a password and its MFA device. */
export function deleteEntryOf(change: Partial<DeleteEntry> = {}): DeleteEntry {
  return {
    ...memberOf(),
    ou: '/Workloads/Prod',
    decision: 'delete',
    rule: 'every member account',
    observed: { kind: 'audited', by: 'listing', credentials: [PASSWORD, MFA_DEVICE] },
    findings: [],
    actions: [{ kind: 'delete-password' }, { kind: 'delete-mfa-device', id: MFA_DEVICE.id ?? '' }],
    ...change,
  };
}

/** An account of which nothing is said yet, in the OU `/Workloads/Prod`. */
export function unauditedEntryOf(id: string, name: string): Omit<FullEntry, 'decision'> {
  return {
    ...memberOf({ id, name }),
    ou: '/Workloads/Prod',
    rule: 'every member account',
    findings: [],
    actions: [],
  };
}

export function managementEntryOf(): FullEntry {
  return {
    ...unauditedEntryOf(MANAGEMENT, 'management'),
    decision: 'excluded',
    rule: 'management account',
  };
}

export function cleanEntryOf(id: string): CleanEntry {
  return { id, decision: 'clean', by: 'summary' };
}

export function planOf(entries: readonly Entry[] = [deleteEntryOf()], policy: Policy = policyOf()): Plan {
  return assemblePlan(HEADER, policy, entries, []);
}

/** Asserts that a function is refused with a code, and returns the message. */
export function assertRefused(code: ErrorCode, run: () => unknown): string {
  let message = '';
  assert.throws(run, (error) => {
    assert(error instanceof RootsweepError, String(error));
    assert.equal(error.code, code);
    message = error.message;
    return true;
  });
  return message;
}
