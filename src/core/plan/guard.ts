/**
 * What a plan must satisfy before anything is done with it, beyond its signatures: it is for this policy, still
 * good, and says what this policy makes of what it observed. Every check refuses with a code of its own.
 */
import { isDeepStrictEqual } from 'node:util';
import { RootsweepError } from '../../errors.js';
import type { Organization } from '../account/organization.js';
import { nameTarget } from '../action/action.js';
import { nameCredential } from '../action/credentials.js';
import { isNamedKind } from '../action/plan-kind.js';
import { parseDuration } from '../base/duration.js';
import { quoteVisibly } from '../base/text.js';
import { formatTime } from '../base/time.js';
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
import { countMissing, hasEnded, isEnough, type RoleCounts, type Signer } from '../signing/trust.js';
import { evaluateAudited, evaluateUnaudited, findUnmatched } from './evaluate.js';
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

/** Clocks of planner and operator may differ this much, in ms. */
const CLOCK_TOLERANCE = 5 * 60 * 1000;

export interface PolicyFile {
  readonly path: string;
  /** SHA-256 of the file's bytes, in hex. */
  readonly sha256: string;
  readonly policy: Policy;
}

/**
 * Promises 1 and 2, as far as files can tell.
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
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      'the plan is marked applicable in spite of a finding that blocks it under this policy',
      { hint: 'plan again; do not apply this plan, and ask its signer where it comes from' },
    );
  }
  checkLimits(plan, policy);
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
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      `the plan was made with another policy than "${path}" is now`,
      {
        hint: 'plan again with this policy, or pass the policy that the plan names',
      },
    );
  }
  if (policy.organization !== undefined && policy.organization !== plan.organization) {
    throw new RootsweepError(
      'PLAN_ORGANIZATION_MISMATCH',
      `the plan is for organization "${plan.organization}", the policy for "${policy.organization}"`,
      { hint: 'plan again for the organization that the policy names' },
    );
  }
}

/** @throws RootsweepError PLAN_BLOCKED */
export function checkApplicable(plan: Plan): void {
  if (plan.applicable) return;
  const { block } = plan.totals.findings;
  throw new RootsweepError(
    'PLAN_BLOCKED',
    `the plan is blocked by ${block} finding${block === 1 ? '' : 's'}`,
    {
      hint: 'see them with "rootsweep show", resolve them in the accounts or in the policy, and plan again',
    },
  );
}

/**
 * Two plans are of one organization: account by account, plans of two have nothing to do with each other.
 * @throws RootsweepError PLAN_ORGANIZATION_MISMATCH
 */
export function checkComparable(before: Plan, after: Plan): void {
  if (before.kind !== after.kind) {
    throw new RootsweepError(
      'PLAN_ORGANIZATION_MISMATCH',
      `the plans are of two kinds, "${before.kind}" and "${after.kind}"`,
      { hint: 'compare plans of one kind' },
    );
  }
  for (const [key, what] of [
    ['organization', 'organizations'],
    ['partition', 'partitions'],
    ['managementAccount', 'management accounts'],
  ] as const) {
    if (before[key] === after[key]) continue;
    throw new RootsweepError(
      'PLAN_ORGANIZATION_MISMATCH',
      `the plans are of two ${what}, "${before[key]}" and "${after[key]}"`,
      { hint: 'compare plans of one organization' },
    );
  }
}

/** The organization that the operator's credentials reach is the planned one, with the same management account. */
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
  throw new RootsweepError('PLAN_ORGANIZATION_MISMATCH', `the plan is for ${differs}`, {
    hint: 'use credentials of the organization that the plan was made for',
  });
}

/**
 * The keys that signed have not ended since their signatures were verified.
 * @throws RootsweepError PLAN_SIGNATURE_UNTRUSTED for the planner's key, PLAN_SIGNATURES_TOO_FEW for another, as
 *   `verify` does from then on.
 */
export function checkSigners(threshold: RoleCounts, signers: readonly Signer[], now: Date): void {
  const good = signers.filter((signer) => !hasEnded(signer, now));
  const missing = countMissing(threshold, good);
  if (isEnough(missing)) return;
  const gone = signers.filter((signer) => hasEnded(signer, now));
  const ended = gone.find(({ role }) => missing[role] > 0) ?? gone[0];
  throw new RootsweepError(
    missing.planner > 0 ? 'PLAN_SIGNATURE_UNTRUSTED' : 'PLAN_SIGNATURES_TOO_FEW',
    `the key of ${quoteVisibly(ended?.name ?? '')}, whose signature is needed, ended on ${ended?.until}`,
    {
      hint:
        missing.planner > 0
          ? 'plan again with a key that has not ended'
          : 'have another holder of a trusted key sign the plan',
    },
  );
}

/**
 * What this machine takes for the time is near AWS's: otherwise nobody can say when a plan was made, and whether it is
 * still good.
 * @param offset ms by which AWS's clock is ahead.
 * @throws RootsweepError CLOCK_WRONG
 */
export function checkClock(offset: number): void {
  if (Math.abs(offset) <= CLOCK_TOLERANCE) return;
  const minutes = Math.round(Math.abs(offset) / 60_000);
  throw new RootsweepError(
    'CLOCK_WRONG',
    `the clock of this machine is ${minutes} minutes ${offset > 0 ? 'behind' : 'ahead of'} AWS's`,
    { hint: 'set the clock of this machine; plans are dated and expire by it' },
  );
}

/**
 * The plan is of an age at which the policy lets it be applied. Asked again right before the first deletion: people
 * take their time at a prompt. Comparisons are such that an impossible date fails them.
 */
export function checkTimes(plan: Plan, policy: Pick<Policy, 'notBefore' | 'expiresAfter'>, now: Date): void {
  checkLifetime(plan, policy);
  const wait = plan.notBefore === undefined ? undefined : parseDuration(plan.notBefore);
  // An account that has lost its access must not wait.
  if (wait !== (isNamedKind(plan.kind) ? undefined : policy.notBefore)) {
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      `the plan may be applied ${plan.notBefore === undefined ? 'at once' : `${plan.notBefore} after its last required signature`}, which is not the wait that the policy asks for`,
      { hint: 'plan again; do not apply this plan, and ask its signer where it comes from' },
    );
  }
  checkExpiry(plan, now);
}

/**
 * The plan is good for as long as the policy says.
 * @throws RootsweepError PLAN_POLICY_MISMATCH
 */
export function checkLifetime(
  { created, expires }: Pick<PlanHeader, 'created' | 'expires'>,
  { expiresAfter }: Pick<Policy, 'expiresAfter'>,
): void {
  if (Date.parse(expires) - Date.parse(created) === expiresAfter) return;
  throw new RootsweepError(
    'PLAN_POLICY_MISMATCH',
    `the plan is good from ${created} to ${expires}, which is not the time that the policy gives it`,
    { hint: 'plan again; do not apply this plan, and ask its signer where it comes from' },
  );
}

/**
 * The time in which owners can object is over. It runs from the signature that made the signatures enough, and not from
 * the time that the planner wrote.
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
 * Approvers and witnesses signed after the plan was made, and not in the future: the wait runs from their times.
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
    throw new RootsweepError(
      'PLAN_SIGNATURE_TIME',
      `${quoteVisibly(name)} signed as ${role} at ${at}, which is ${time < early ? 'before the plan was made' : 'in the future'}`,
      { hint: 'correct the clock of the machine that signed, then plan again and have the new plan signed' },
    );
  }
}

/** The findings of named accounts weigh what the policy says. @throws RootsweepError PLAN_POLICY_MISMATCH */
function checkNamedFindings(plan: Plan, policy: Policy): void {
  for (const { id, findings } of plan.accounts.filter(isNamedEntry)) {
    const other = findings.find(
      ({ code, severity }) => code === 'selector-unmatched' || severity !== policy.findings.severity[code],
    );
    if (other === undefined) continue;
    throw new RootsweepError(
      'PLAN_POLICY_MISMATCH',
      `the policy does not give the finding "${other.code}" of account "${id}" the severity "${other.severity}"`,
      { hint: 'plan again; do not apply this plan, and ask its signer where it comes from' },
    );
  }
}

/** @throws RootsweepError PLAN_NOT_YET_VALID, PLAN_EXPIRED */
export function checkExpiry(plan: Pick<PlanHeader, 'created' | 'expires'>, now: Date): void {
  const [created, expires] = [Date.parse(plan.created), Date.parse(plan.expires)];
  if (!(created <= now.getTime() + CLOCK_TOLERANCE)) {
    throw new RootsweepError(
      'PLAN_NOT_YET_VALID',
      `the plan was created at ${plan.created}, which is still to come`,
      { hint: 'set the clock of this machine' },
    );
  }
  if (!(now.getTime() < expires)) {
    throw new RootsweepError('PLAN_EXPIRED', `the plan expired at ${plan.expires}`, {
      hint: 'plan again; policies set the time with expiresAfter',
    });
  }
}

/**
 * A trusted key can sign a plan that the policy does not yield, by mistake or not. So the policy decides again about
 * every account of which the plan says something, from the facts and the observation that the plan holds, and must
 * come to the same entry: decision, rule, findings and actions. A line `clean` holds no facts and deletes nothing.
 */
function checkDecisions(plan: Plan, policy: Policy): void {
  const rules = compileScope(policy);
  for (const entry of plan.accounts) {
    if (entry.decision === 'clean' || isDeepStrictEqual(entry, decideAgain(plan, entry, policy, rules, true)))
      continue;
    const what = entry.decision === 'delete' ? 'allow what the plan deletes' : 'yield what the plan says';
    throw new RootsweepError('PLAN_POLICY_MISMATCH', `the policy does not ${what} in account "${entry.id}"`, {
      hint: 'plan again; do not apply this plan, and ask its signer where it comes from',
    });
  }
}

/**
 * What a plan says as a whole is what this policy says, with the same weight: whoever signed it could call a finding that
 * blocks a mere remark. How the policy is looser is for its base to tell (`checkLoosened`).
 *
 * A rule about an account id that the plan does not hold matches nothing: an exclusion that is mistyped leaves the
 * account that somebody meant to protect. What else rules select, `apply` asks AWS (`compareOrganization`).
 */
function checkFindings(plan: Plan, policy: Policy): void {
  const hint = 'plan again; do not apply this plan, and ask its signer where it comes from';
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
    const says = `the policy does not yield the finding "${code}" with severity "${severity}": ${message}`;
    throw new RootsweepError('PLAN_POLICY_MISMATCH', says, { hint });
  }
  const ids = new Set(plan.accounts.map(({ id }) => id));
  const said = new Set(plan.findings.map(spell));
  const unmatched = rules.filter(({ selector: { account } }) => account !== undefined && !ids.has(account));
  const hidden = findUnmatched(unmatched, policy).find((finding) => !said.has(spell(finding)));
  if (hidden === undefined) return;
  const says = `the plan does not hold the finding: ${hidden.message}`;
  throw new RootsweepError('PLAN_POLICY_MISMATCH', says, { hint });
}

/**
 * What lets a key go when the plan is made must let it go when it is applied. Time alone ends no guard: a waiver can
 * have ended.
 * @throws RootsweepError PLAN_WAIVER_ENDED
 */
function checkWaivers(plan: Plan, policy: Policy, now: Date): void {
  // A clock that is behind the planner's, within the tolerance, says nothing against the planner's word.
  const at = new Date(Math.max(now.getTime(), Date.parse(plan.created)));
  for (const entry of plan.accounts.filter(isDeleteEntry)) {
    const planned = new Set(entry.actions.map(nameTarget));
    for (const credential of entry.observed.credentials) {
      if (!planned.has(nameCredential(credential))) continue;
      const permission = judgeDeletion(credential, policy, at);
      if (permission.kind !== 'guarded') continue;
      throw new RootsweepError(
        'PLAN_WAIVER_ENDED',
        `nothing lets ${nameCredential(credential)} of account "${entry.id}" go any more: ${permission.why}`,
        { hint: 'renew the waiver in the policy, or leave the credential, and plan again' },
      );
    }
  }
}

/**
 * What a policy says of an account, by all that a plan holds of it; undefined where that does not tell.
 * @param trustRule whether rules about email addresses, which a plan does not hold, match as the entry says: for the
 *   plan's own policy.
 */
export function decideAgain(
  plan: Pick<Plan, 'managementAccount' | 'created'>,
  entry: FullEntry,
  policy: Policy,
  rules: ScopeRules,
  trustRule: boolean,
): Entry | undefined {
  const { id, observed } = entry;
  const created = new Date(plan.created);
  const recalled = recallFacts(entry, trustRule);
  const scope = resolveScope(rules, recalled, plan.managementAccount, created);
  if (scope.kind === 'needs-tags') return undefined;
  const isByEmail = comparesEmail(scope);
  if (isByEmail && entry.email === undefined) return undefined;
  const { name, email, state, ou, parents, joined, joinedMethod, tags } = entry;
  const facts = {
    name,
    ...(isByEmail && email !== undefined ? { email } : {}),
    state,
    ...(ou === undefined ? {} : { ou }),
    parents,
    joined,
    joinedMethod,
    ...(tags === undefined ? {} : { tags }),
  };
  if (scope.kind !== 'included') return evaluateUnaudited(id, facts, scope, policy);
  return observed === undefined ? undefined : evaluateAudited(id, facts, scope, observed, policy, created);
}

/** @param trustRule as that of `decideAgain`. */
export function recallFacts(
  { id, name, state, ou, parents, joined, joinedMethod, tags, rule }: FullEntry,
  trustRule: boolean,
): AccountFacts {
  return {
    account: { id, name, email: '', state, parents, joined, joinedMethod },
    ...(ou === undefined ? {} : { unitPath: ou }),
    ...(tags === undefined ? {} : { tags }),
    ...(trustRule ? { decidedBy: rule } : {}),
  };
}

function checkLimits(plan: Plan, policy: Policy): void {
  if (policy.findings.severity['limit-exceeded'] !== 'block' || !plan.applicable) return;
  const members = countMembers(plan.managementAccount, plan.accounts);
  const exceeded = findExceededLimit(policy.limits, plan.totals.decisions.delete, members);
  if (exceeded === undefined) return;
  throw new RootsweepError('PLAN_LIMIT_EXCEEDED', exceeded, {
    hint: 'plan fewer accounts, or raise the limit in the policy',
  });
}
