/**
 * Checks of a plan beyond its signatures: it was made with this policy, has not expired, and holds the decisions that the
 * policy makes from its observations. Every check refuses with a code of its own.
 */
import { isDeepStrictEqual } from 'node:util';
import { RootsweepError } from '../../errors.js';
import type { Organization } from '../account/organization.js';
import { nameTarget } from '../action/action.js';
import { nameCredential } from '../action/credentials.js';
import { isNamedKind } from '../action/plan-kind.js';
import { defined } from '../base/defined.js';
import { parseDuration } from '../base/duration.js';
import { quoteVisibly } from '../base/text.js';
import { formatTime, hasEnded } from '../base/time.js';
import { strictest } from '../policy/findings.js';
import { judgeDeletion } from '../policy/permission.js';
import type { Policy } from '../policy/policy.js';
import {
  type AccountFacts,
  comparesEmail,
  compileScope,
  resolveScope,
  type ScopeRules,
} from '../policy/scope.js';
import { countMissing, isEnough, type RoleCounts, type Signer } from '../signing/trust.js';
import { entryFacts, evaluateAudited, evaluateUnaudited, findUnmatched } from './evaluate.js';
import {
  countMembers,
  type Entry,
  type Finding,
  type FullEntry,
  findExceededLimit,
  isApplicable,
  isDeleteEntry,
  isNamedEntry,
  limitFindings,
  type Plan,
  type PlanHeader,
} from './plan.js';

/** How much the clocks of planner and operator may differ, in ms. */
const CLOCK_TOLERANCE = 5 * 60 * 1000;

export interface PolicyFile {
  readonly path: string;
  /** SHA-256 of the file's bytes, in hex. */
  readonly sha256: string;
  readonly policy: Policy;
}

/** For a plan that does not follow from its policy. */
function policyMismatch(message: string): RootsweepError {
  return new RootsweepError('PLAN_POLICY_MISMATCH', message, {
    hint: 'plan again; do not apply this plan, and ask its signer where it comes from',
  });
}

/**
 * Promises 1 and 2, checked without AWS.
 * @throws RootsweepError with one of the PLAN_… codes.
 */
export function checkPlan(plan: Plan, policyFile: PolicyFile, now: Date): void {
  const { policy } = policyFile;
  checkOrigin(plan, policyFile);
  checkTimes(plan, policy, now);
  if (isNamedKind(plan.kind)) {
    checkNamedFindings(plan, policy);
    return;
  }
  checkDecisions(plan, policy);
  checkFindings(plan, policy);
  checkWaivers(plan, policy, now);
  if (plan.applicable && !isApplicable(policy.blocking, plan.findings, plan.accounts)) {
    throw policyMismatch(
      'the plan is marked applicable in spite of a finding that blocks it under this policy',
    );
  }
  const members = countMembers(plan.managementAccount, plan.accounts);
  if (plan.applicable)
    checkLimits(plan, policy, members, 'plan fewer accounts, or raise the limit in the policy');
}

/**
 * The plan was made with this policy, for an organization that the policy is for.
 * @throws RootsweepError PLAN_POLICY_MISMATCH, PLAN_ORGANIZATION_MISMATCH
 */
export function checkOrigin(
  plan: Pick<PlanHeader, 'policy' | 'organization'>,
  { path, sha256, policy }: PolicyFile,
): void {
  if (plan.policy.sha256 !== sha256) {
    const message = `the plan was made with another policy than "${path}" is now`;
    throw new RootsweepError('PLAN_POLICY_MISMATCH', message, {
      hint: 'plan again with this policy, or pass the policy that the plan names',
    });
  }
  if (policy.organization !== undefined && policy.organization !== plan.organization) {
    const message = `the plan is for organization "${plan.organization}", the policy for "${policy.organization}"`;
    throw organizationMismatch(message, 'plan again for the organization that the policy names');
  }
}

function organizationMismatch(message: string, hint: string): RootsweepError {
  return new RootsweepError('PLAN_ORGANIZATION_MISMATCH', message, { hint });
}

/** @throws RootsweepError PLAN_BLOCKED */
export function checkApplicable(plan: Plan): void {
  if (plan.applicable) return;
  const { block } = plan.totals.findings;
  const message = `the plan is blocked by ${block} finding${block === 1 ? '' : 's'}`;
  throw new RootsweepError('PLAN_BLOCKED', message, {
    hint: 'see them with "rootsweep show", resolve them in the accounts or in the policy, and plan again',
  });
}

/**
 * Checks that two plans are of one kind and one organization.
 * @throws RootsweepError PLAN_ORGANIZATION_MISMATCH
 */
export function checkComparable(before: Plan, after: Plan): void {
  if (before.kind !== after.kind) {
    const message = `the plans are of two kinds, "${before.kind}" and "${after.kind}"`;
    throw organizationMismatch(message, 'compare plans of one kind');
  }
  for (const [key, what] of [
    ['organization', 'organizations'],
    ['partition', 'partitions'],
    ['managementAccount', 'management accounts'],
  ] as const) {
    if (before[key] === after[key]) continue;
    const message = `the plans are of two ${what}, "${before[key]}" and "${after[key]}"`;
    throw organizationMismatch(message, 'compare plans of one organization');
  }
}

/** Checks that the operator's credentials are for the planned organization, with the same management account. */
export function checkOrganization(
  plan: Pick<PlanHeader, 'organization' | 'partition' | 'managementAccount'>,
  organization: Organization,
): void {
  const differs =
    plan.organization !== organization.id
      ? `organization "${plan.organization}", the credentials are for "${organization.id}"`
      : plan.partition !== organization.partition
        ? `partition "${plan.partition}", the credentials are for "${organization.partition}"`
        : plan.managementAccount !== organization.managementAccount
          ? `management account "${plan.managementAccount}", it is now "${organization.managementAccount}"`
          : undefined;
  if (differs === undefined) return;
  const hint = 'use credentials of the organization that the plan was made for';
  throw organizationMismatch(`the plan is for ${differs}`, hint);
}

/**
 * Checks that no required key has ended since the signatures were verified.
 * @throws RootsweepError PLAN_SIGNATURE_UNTRUSTED for the planner's key, PLAN_SIGNATURES_TOO_FEW for another, as
 *   `verify` does from then on.
 */
export function checkSigners(threshold: RoleCounts, signers: readonly Signer[], now: Date): void {
  const good = signers.filter((signer) => !hasEnded(signer, now));
  const missing = countMissing(threshold, good);
  if (isEnough(missing)) return;
  const ended = signers.filter((signer) => hasEnded(signer, now));
  const { name = '', until } = ended.find(({ role }) => missing[role] > 0) ?? ended[0] ?? {};
  const message = `the key of ${quoteVisibly(name)}, whose signature is needed, ended on ${until}`;
  throw missing.planner > 0
    ? new RootsweepError('PLAN_SIGNATURE_UNTRUSTED', message, {
        hint: 'plan again with a key that has not ended',
      })
    : new RootsweepError('PLAN_SIGNATURES_TOO_FEW', message, {
        hint: 'have another holder of a trusted key sign the plan',
      });
}

/**
 * Checks that this machine's clock is near AWS's: the dates and the expiry of plans depend on it.
 * @param offset ms by which AWS's clock is ahead.
 * @throws RootsweepError CLOCK_WRONG
 */
export function checkClock(offset: number): void {
  if (Math.abs(offset) <= CLOCK_TOLERANCE) return;
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const message = `the clock of this machine is ${minutes} minutes ${offset > 0 ? 'behind' : 'ahead of'} AWS's`;
  throw new RootsweepError('CLOCK_WRONG', message, {
    hint: 'set the clock of this machine; plans are dated and expire by it',
  });
}

/**
 * Checks the plan's lifetime, wait and expiry. Called again right before the first deletion, because a prompt may have
 * waited for long. An invalid date fails every comparison.
 */
export function checkTimes(plan: Plan, policy: Pick<Policy, 'notBefore' | 'expiresAfter'>, now: Date): void {
  checkLifetime(plan, policy);
  const wait = plan.notBefore === undefined ? undefined : parseDuration(plan.notBefore);
  // Recovering access must not wait.
  if (wait !== (isNamedKind(plan.kind) ? undefined : policy.notBefore)) {
    const when =
      plan.notBefore === undefined ? 'at once' : `${plan.notBefore} after its last required signature`;
    throw policyMismatch(`the plan may be applied ${when}, which is not the wait that the policy asks for`);
  }
  checkExpiry(plan, now);
}

/**
 * Checks that the plan is valid for as long as the policy says.
 * @throws RootsweepError PLAN_POLICY_MISMATCH
 */
export function checkLifetime(
  { created, expires }: Pick<PlanHeader, 'created' | 'expires'>,
  { expiresAfter }: Pick<Policy, 'expiresAfter'>,
): void {
  if (Date.parse(expires) - Date.parse(created) === expiresAfter) return;
  throw policyMismatch(
    `the plan is good from ${created} to ${expires}, which is not the time that the policy gives it`,
  );
}

/**
 * Checks that the time to object is over. It starts with the last required signature, not with the time that the planner
 * wrote.
 * @param signedSince in ms (`findSignedSince`).
 * @throws RootsweepError PLAN_TOO_EARLY
 */
export function checkWait({ notBefore }: Pick<Plan, 'notBefore'>, signedSince: number, now: Date): void {
  if (notBefore === undefined) return;
  const from = signedSince + (parseDuration(notBefore) ?? Number.NaN);
  if (now.getTime() >= from) return;
  const at = formatTime(new Date(from));
  throw new RootsweepError('PLAN_TOO_EARLY', `the plan may not be applied before ${at}`, {
    hint: 'until then owners can object; policies set the wait with notBefore',
  });
}

/**
 * Checks that approvers and witnesses signed after the plan was made and not in the future: the wait starts then.
 * @throws RootsweepError PLAN_SIGNATURE_TIME
 */
export function checkSigningTimes(
  { created }: Pick<PlanHeader, 'created'>,
  signers: readonly Signer[],
  now: Date,
): void {
  for (const { name, role, at } of signers) {
    if (at === undefined) continue;
    const time = Date.parse(at);
    const early = Date.parse(created) - CLOCK_TOLERANCE;
    if (time >= early && time <= now.getTime() + CLOCK_TOLERANCE) continue;
    const when = time < early ? 'before the plan was made' : 'in the future';
    const message = `${quoteVisibly(name)} signed as ${role} at ${at}, which is ${when}`;
    throw new RootsweepError('PLAN_SIGNATURE_TIME', message, {
      hint: 'correct the clock of the machine that signed, then plan again and have the new plan signed',
    });
  }
}

/** Checks that the findings of named accounts have the severities of the policy. @throws RootsweepError PLAN_POLICY_MISMATCH */
function checkNamedFindings(plan: Plan, policy: Policy): void {
  for (const { id, findings } of plan.accounts.filter(isNamedEntry)) {
    const other = findings.find(
      ({ code, severity }) => code === 'selector-unmatched' || severity !== policy.findings.severity[code],
    );
    if (other === undefined) continue;
    throw policyMismatch(
      `the policy does not give the finding "${other.code}" of account "${id}" the severity "${other.severity}"`,
    );
  }
}

/** @throws RootsweepError PLAN_NOT_YET_VALID, PLAN_EXPIRED */
export function checkExpiry(plan: Pick<PlanHeader, 'created' | 'expires'>, now: Date): void {
  const [created, expires] = [Date.parse(plan.created), Date.parse(plan.expires)];
  if (!(created <= now.getTime() + CLOCK_TOLERANCE)) {
    const message = `the plan was created at ${plan.created}, which is still to come`;
    throw new RootsweepError('PLAN_NOT_YET_VALID', message, { hint: 'set the clock of this machine' });
  }
  if (!(now.getTime() < expires)) {
    throw new RootsweepError('PLAN_EXPIRED', `the plan expired at ${plan.expires}`, {
      hint: 'plan again; policies set the time with expiresAfter',
    });
  }
}

/**
 * A trusted key can sign a plan that does not follow from the policy, by mistake or not. So the policy decides again about
 * every full entry, from the facts and the observation in the plan, and must yield the same decision, rule, findings and
 * actions. A clean entry holds no facts and deletes nothing.
 */
function checkDecisions(plan: Plan, policy: Policy): void {
  const rules = compileScope(policy);
  for (const entry of plan.accounts) {
    if (entry.decision === 'clean') continue;
    const decided = decideAgain(plan, entry, { policy, rules, trustRule: true });
    if (isDeepStrictEqual(entry, decided)) continue;
    const what = entry.decision === 'delete' ? 'allow what the plan deletes' : 'yield what the plan says';
    throw policyMismatch(`the policy does not ${what} in account "${entry.id}"`);
  }
}

/**
 * Checks that the findings of the plan as a whole are those of this policy, with the same severities: a planner could
 * lower a blocking one. `checkLoosened` checks how the policy is looser than its base.
 *
 * A rule about an account id that is not in the plan matches nothing: a mistyped exclusion does not protect its account.
 * For all other rules, `apply` reads the accounts from AWS (`compareOrganization`).
 */
function checkFindings(plan: Plan, policy: Policy): void {
  const spell = ({ code, severity, message }: Finding) => `${code} ${severity} ${message}`;
  const rules = [...policy.exclude, ...policy.include];
  const limits = limitFindings(policy, plan.managementAccount, plan.accounts);
  const possible = new Set([...findUnmatched(rules, policy), ...limits].map(spell));
  const isPossible = (finding: Finding) =>
    finding.code === 'policy-loosened'
      ? strictest(finding.severity, policy.findings.severity[finding.code]) === finding.severity
      : possible.has(spell(finding));
  const foreign = plan.findings.find((finding) => !isPossible(finding));
  if (foreign !== undefined) {
    const { severity, code, message } = foreign;
    throw policyMismatch(
      `the policy does not yield the finding "${code}" with severity "${severity}": ${message}`,
    );
  }
  const ids = new Set(plan.accounts.map(({ id }) => id));
  const said = new Set(plan.findings.map(spell));
  const unmatched = rules.filter(({ selector: { account } }) => account !== undefined && !ids.has(account));
  const hidden = findUnmatched(unmatched, policy).find((finding) => !said.has(spell(finding)));
  if (hidden !== undefined) throw policyMismatch(`the plan does not hold the finding: ${hidden.message}`);
}

/**
 * Checks that every deletion that was allowed when the plan was made still is. Guards do not end with time, but waivers do.
 * @throws RootsweepError PLAN_WAIVER_ENDED
 */
function checkWaivers(plan: Plan, policy: Policy, now: Date): void {
  // This machine's clock may be behind the planner's, within the tolerance.
  const at = new Date(Math.max(now.getTime(), Date.parse(plan.created)));
  for (const entry of plan.accounts.filter(isDeleteEntry)) {
    const planned = new Set(entry.actions.map(nameTarget));
    for (const credential of entry.observed.credentials) {
      if (!planned.has(nameCredential(credential))) continue;
      const permission = judgeDeletion(credential, policy, at);
      if (permission.kind !== 'guarded') continue;
      const message = `nothing lets ${nameCredential(credential)} of account "${entry.id}" go any more: ${permission.why}`;
      throw new RootsweepError('PLAN_WAIVER_ENDED', message, {
        hint: 'renew the waiver in the policy, or leave the credential, and plan again',
      });
    }
  }
}

/** The policy that decides again about an entry. */
export interface Redecision {
  readonly policy: Policy;
  /** `compileScope` of the policy. */
  readonly rules: ScopeRules;
  /**
   * Whether a rule about email addresses, which a plan does not hold, matches as the entry says: for the plan's own
   * policy.
   */
  readonly trustRule: boolean;
}

/** The entry that a policy yields from the facts that a plan holds; undefined if they are not enough. */
export function decideAgain(
  plan: Pick<Plan, 'managementAccount' | 'created'>,
  entry: FullEntry,
  { policy, rules, trustRule }: Redecision,
): Entry | undefined {
  const { id, email, observed } = entry;
  const created = new Date(plan.created);
  const recalled = recallFacts(entry, trustRule);
  const scope = resolveScope(rules, recalled, plan.managementAccount, created);
  if (scope.kind === 'needs-tags') return undefined;
  const isByEmail = comparesEmail(scope);
  if (isByEmail && email === undefined) return undefined;
  const facts = entryFacts(recalled, isByEmail ? email : undefined);
  if (scope.kind !== 'included') return evaluateUnaudited(id, facts, scope, policy);
  return observed === undefined
    ? undefined
    : evaluateAudited({ id, facts, scope, observed }, policy, created);
}

/** @param trustRule as in `Redecision`. */
export function recallFacts(
  { id, name, state, ou, parents, joined, joinedMethod, tags, rule }: FullEntry,
  trustRule: boolean,
): AccountFacts {
  const account = { id, name, email: '', state, parents, joined, joinedMethod };
  return defined({ account, unitPath: ou, tags, decidedBy: trustRule ? rule : undefined });
}

/** @param members how many member accounts there are. @throws RootsweepError PLAN_LIMIT_EXCEEDED */
export function checkLimits(plan: Plan, policy: Policy, members: number, hint: string): void {
  if (policy.findings.severity['limit-exceeded'] !== 'block') return;
  const exceeded = findExceededLimit(policy.limits, plan.totals.decisions.delete, members);
  if (exceeded !== undefined) throw new RootsweepError('PLAN_LIMIT_EXCEEDED', exceeded, { hint });
}
