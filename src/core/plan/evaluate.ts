/** Decides about one account, from its facts and its audit. Pure: the time is a parameter. */
import type { MaskedEmail } from '../account/organization.js';
import {
  CREDENTIALS,
  type Credential,
  describeUse,
  GUARDED_KINDS,
  nameCredential,
  type Observation,
} from '../action/credentials.js';
import { defined } from '../base/defined.js';
import { capitalize } from '../base/text.js';
import { DAY } from '../base/time.js';
import { unreachable } from '../base/unreachable.js';
import type { FindingCode } from '../policy/findings.js';
import { judgeDeletion } from '../policy/permission.js';
import { nameRule, type Policy, type Rule } from '../policy/policy.js';
import type { AccountFacts, Scope } from '../policy/scope.js';
import {
  type Entry,
  type EntryFacts,
  type Finding,
  type FullEntry,
  isBlocking,
  planActions,
} from './plan.js';

type AuditableScope = Extract<Scope, { kind: 'included' }>;
type UnauditedScope = Exclude<Scope, { kind: 'included' | 'needs-tags' }>;

/**
 * The facts that a plan records of an account, and that `apply` compares again.
 * @param email only if a rule about email addresses decided.
 */
export function entryFacts({ account, unitPath, tags }: AccountFacts, email?: MaskedEmail): EntryFacts {
  const { name, state, parents, joined, joinedMethod } = account;
  return defined({ name, email, state, ou: unitPath, parents, joined, joinedMethod, tags });
}

/** The entry of an account that is not audited, because its credentials do not decide. */
export function evaluateUnaudited(
  id: string,
  facts: EntryFacts,
  scope: UnauditedScope,
  policy: Policy,
): FullEntry {
  const entry = { id, ...facts, rule: nameDecider(scope), findings: findByScope(scope, policy), actions: [] };
  switch (scope.kind) {
    case 'management':
    case 'not-included':
      return { ...entry, decision: 'excluded' };
    case 'not-active':
      return { ...entry, decision: 'not-active' };
    case 'excluded': {
      const { reason, until } = scope.rule;
      return { ...entry, decision: 'excluded', reason, ...(until === undefined ? {} : { until }) };
    }
    case 'undecidable':
      return {
        ...entry,
        decision: 'unknown',
        observed: { kind: 'unknown', cause: 'missing-fact', message: describeMissing(scope.missing) },
      };
    default:
      return unreachable(scope);
  }
}

/** The findings about an account that need no audit. */
export function findByScope(scope: UnauditedScope, policy: Policy): Finding[] {
  switch (scope.kind) {
    case 'management':
    case 'not-included':
      return [];
    case 'not-active': {
      const message = `The account is ${scope.state}; no root session can be opened in it`;
      return [finding(policy, 'account-not-active', message)];
    }
    case 'excluded': {
      const message = `The exclusion ended on ${scope.rule.until}; renew it or take it out of the policy`;
      return scope.ended ? [finding(policy, 'exclusion-ended', message)] : [];
    }
    case 'undecidable':
      return [finding(policy, 'audit-unknown', describeMissing(scope.missing))];
    default:
      return unreachable(scope);
  }
}

function describeMissing(fact: string): string {
  return `AWS did not return ${fact}`;
}

/** An account that the policy includes, and its audit. */
export interface AuditedFacts {
  readonly id: string;
  readonly facts: EntryFacts;
  readonly scope: AuditableScope;
  readonly observed: Observation;
}

/** The entry of an account whose audit was tried. */
export function evaluateAudited(
  { id, facts, scope, observed }: AuditedFacts,
  policy: Policy,
  now: Date,
): Entry {
  const entry = { id, ...facts, rule: nameDecider(scope), observed };
  if (observed.kind === 'unknown') {
    const findings = [finding(policy, 'audit-unknown', `The audit failed: ${observed.message}`)];
    return { ...entry, decision: 'unknown', findings, actions: [] };
  }
  const { credentials } = observed;
  if (credentials.length === 0) return { id, decision: 'clean', by: observed.by };

  const findings = findCredentials(credentials, policy, now);
  if (findings.some(isBlocking)) {
    return { ...entry, decision: 'blocked', findings, actions: [] };
  }
  const actions = planActions(credentials, policy.delete, (it) => judgeDeletion(it, policy, now));
  return { ...entry, decision: actions.length === 0 ? 'kept' : 'delete', findings, actions };
}

/** The rule that decides, as a plan names it: one of the policy, or a built-in one. */
export function nameDecider(scope: AuditableScope | UnauditedScope): string {
  switch (scope.kind) {
    case 'included':
      return scope.rule === undefined ? 'every member account' : nameRule(scope.rule);
    case 'excluded':
      return nameRule(scope.rule);
    case 'management':
      return 'management account';
    case 'not-included':
      return 'no rule of include matches';
    case 'not-active':
      return 'only ACTIVE accounts are audited';
    case 'undecidable':
      return 'a missing fact decides nothing';
    default:
      return unreachable(scope);
  }
}

/** The findings about rules that match no account of the organization. */
export function findUnmatched(rules: readonly Rule[], policy: Policy): Finding[] {
  return rules.map((rule) => {
    const list = (policy.exclude as readonly Rule[]).includes(rule) ? 'exclude' : 'include';
    const message = `${nameRule(rule)} matches no account of the organization`;
    return { code: 'selector-unmatched', severity: policy.findings.unmatched[list], message };
  });
}

function findCredentials(credentials: readonly Credential[], policy: Policy, now: Date): Finding[] {
  const ofKind = (kind: Credential['kind']) => credentials.filter((credential) => credential.kind === kind);
  const [password] = ofKind('password');
  const devices = ofKind('mfa-device');
  const since = now.getTime() - policy.findings.recentDays * DAY;
  const present = GUARDED_KINDS.flatMap((kind) =>
    ofKind(kind).map((it) =>
      finding(policy, `${kind}-present`, `${capitalize(CREDENTIALS[kind].one)} ${it.id}: ${describeUse(it)}`),
    ),
  );
  const recent = credentials.flatMap(({ lastUsed, ...credential }) => {
    if (lastUsed?.kind !== 'used' || !(Date.parse(lastUsed.at) >= since)) return [];
    const use = `on ${lastUsed.at}${describePlace(lastUsed)}, within ${policy.findings.recentDays} days`;
    return [
      finding(policy, 'root-used-recently', `The root user used its ${nameCredential(credential)} ${use}`),
    ];
  });
  return [
    ...present,
    ...findGuarded(credentials, policy, now),
    ...recent,
    ...(password !== undefined && devices.length === 0
      ? [finding(policy, 'password-without-mfa', 'The root user has a password and no MFA device')]
      : []),
    ...(password === undefined && devices.length > 0
      ? [finding(policy, 'mfa-without-password', 'The root user has an MFA device and no password')]
      : []),
  ];
}

/** The credentials that `delete` names and the guards keep. */
function findGuarded(credentials: readonly Credential[], policy: Policy, now: Date): Finding[] {
  return credentials.flatMap((credential) => {
    if (!policy.delete.has(credential.kind)) return [];
    const permission = judgeDeletion(credential, policy, now);
    if (permission.kind !== 'guarded') return [];
    const what = `${capitalize(CREDENTIALS[credential.kind].one)} ${credential.id}`;
    return [finding(policy, 'deletion-guarded', `${what} is not to go: ${permission.why}`)];
  });
}

/** ` with s3 in us-east-1`: AWS gives both for access keys, and neither for passwords. */
function describePlace({ service, region }: { readonly service?: string; readonly region?: string }): string {
  return `${service === undefined ? '' : ` with ${service}`}${region === undefined ? '' : ` in ${region}`}`;
}

function finding(policy: Policy, code: Exclude<FindingCode, 'selector-unmatched'>, message: string): Finding {
  return { code, severity: policy.findings.severity[code], message };
}
