/** Checks that rootsweep could have written a plan, whoever signed it. */
import {
  ACTIONS,
  credentialOf,
  type DeleteAction,
  isDeleteAction,
  isPlaced,
  nameTarget,
} from '../action/action.js';
import { compareText, nameCredential, sortCredentials } from '../action/credentials.js';
import { isNamedKind, MOST_NAMED, PLANS } from '../action/plan-kind.js';
import { isResult, standingBefore } from '../action/standing.js';
import { parseDuration } from '../base/duration.js';
import { isGuarded } from '../policy/permission.js';
import {
  countTotals,
  type FullEntry,
  hasBlockedAccount,
  isBlocking,
  isFullEntry,
  isNamedEntry,
  NAMED_RULE,
  type Plan,
} from './plan.js';
import { findUnlockFindings } from './unlock-findings.js';

/** What is wrong with a plan: a sentence, or undefined. Code that uses a plan relies only on what this function checks. */
export function findPlanFault(plan: Plan): string | undefined {
  const ids = plan.accounts.map((entry) => entry.id);
  const unsorted = ids.findIndex((id, index) => index > 0 && compareText(ids[index - 1] ?? '', id) >= 0);
  if (unsorted > 0) return `account "${ids[unsorted]}" is out of order or listed twice`;
  const totals = countTotals(plan.findings, plan.accounts);
  if (JSON.stringify(totals) !== JSON.stringify(plan.totals))
    return 'the totals are not those of its accounts';
  if (plan.applicable && plan.findings.some(isBlocking)) {
    return 'it is marked applicable in spite of a blocking finding';
  }
  if (plan.notBefore !== undefined) {
    const wait = parseDuration(plan.notBefore) ?? Number.NaN;
    if (!(Date.parse(plan.created) + wait < Date.parse(plan.expires))) {
      return 'it expires before it may be applied';
    }
  }
  const isNamed = isNamedKind(plan.kind);
  if (isNamed !== (plan.reason !== undefined)) {
    return `it is of kind "${plan.kind}" and has ${isNamed ? 'no' : 'a'} reason`;
  }
  if (isNamed) return findNamedFault(plan);
  for (const entry of plan.accounts) {
    const fault = isFullEntry(entry) ? findEntryFault(entry, plan) : undefined;
    if (fault !== undefined) return `account "${entry.id}" ${fault}`;
  }
  return undefined;
}

/** For a plan whose accounts the user named. */
function findNamedFault(plan: Plan): string | undefined {
  const { accounts, findings, notBefore, applicable } = plan;
  if (accounts.length === 0) return 'it names no account';
  if (accounts.length > MOST_NAMED) return `it names ${accounts.length} accounts, more than ${MOST_NAMED}`;
  if (findings.length > 0)
    return 'it has findings about the organization, of which it holds named accounts only';
  if (notBefore !== undefined) return 'it has a wait, which only a plan of the whole organization has';
  if (applicable === hasBlockedAccount(accounts))
    return `it is marked ${applicable ? '' : 'not '}applicable, which its findings do not say`;
  for (const entry of accounts) {
    const fault =
      entry.decision === PLANS[plan.kind].decision
        ? findNamedEntryFault(entry, plan)
        : `has the decision "${entry.decision}", which is none of a plan of kind "${plan.kind}"`;
    if (fault !== undefined) return `account "${entry.id}" ${fault}`;
  }
  return undefined;
}

function findNamedEntryFault(entry: FullEntry, plan: Plan): string | undefined {
  const { id, state, email, rule, reason, until, observed, actions } = entry;
  const isolated = findIsolationFault(entry, plan);
  if (isolated !== undefined) return isolated;
  if (rule !== NAMED_RULE || reason !== undefined || until !== undefined)
    return 'is decided by a rule, and was named';
  if (observed !== undefined)
    return `is "${state}" and observed, which a plan that names its accounts does not record`;
  const [action, ...others] = actions;
  if (action === undefined || others.length > 0) return `has ${actions.length} actions, and must have one`;
  if (!isPlaced(action) || ACTIONS[action.kind].plan !== plan.kind) {
    return `has the action "${action.kind}", which is none of a plan of kind "${plan.kind}"`;
  }
  if (isResult(action, standingBefore(action))) return 'needs no action';
  if (action.kind === 'allow-password-recovery') {
    if (email === undefined) return 'has no digest of the address whose owner sets the password';
    return entry.findings.length === 0 ? undefined : 'has a finding that there is no reason for';
  }
  const { organization, partition } = plan;
  const expected = findUnlockFindings(action, { account: id, organization, partition });
  const said = entry.findings.map(({ code, message }) => ({ code, message }));
  return JSON.stringify(said) === JSON.stringify(expected)
    ? undefined
    : 'has other findings than its policy gives reason for';
}

/** Promise 5: neither the management account nor an account that is not active. */
function findIsolationFault({ id, state }: FullEntry, { managementAccount }: Plan): string | undefined {
  if (id === managementAccount)
    return 'is the management account, in which nothing is ever deleted or changed';
  return state === 'ACTIVE' ? undefined : `is to be changed although it is "${state}"`;
}

function findEntryFault(entry: FullEntry, plan: Plan): string | undefined {
  const { decision, observed, actions } = entry;
  if (isNamedEntry(entry))
    return `has the decision "${decision}", which is none of a plan of kind "${plan.kind}"`;
  if (decision !== 'delete') {
    return actions.length === 0 ? undefined : `has actions although its decision is "${decision}"`;
  }
  const isolated = findIsolationFault(entry, plan);
  if (isolated !== undefined) return isolated;
  if (observed?.kind !== 'audited' || observed.by !== 'listing') {
    return 'is to lose credentials that no audit listed';
  }
  if (actions.length === 0) return 'is marked "delete" without an action';
  if (entry.findings.some(isBlocking)) return 'is to lose credentials in spite of a blocking finding';
  const deletions = actions.filter(isDeleteAction);
  if (deletions.length < actions.length) return 'has an action that deletes no root credential';
  const { credentials } = observed;
  const names = credentials.map(nameCredential);
  if (new Set(names).size < names.length) return 'lists a credential twice';
  const planned = deletions.map(nameTarget);
  const kinds = new Set(deletions.map((action) => credentialOf(action).kind));
  // A guard may keep one key and allow the deletion of another; of an unguarded kind, all are deleted.
  const expected = sortCredentials(credentials)
    .filter((it) => kinds.has(it.kind) && (!isGuarded(it) || planned.includes(nameCredential(it))))
    .map(nameCredential);
  if (JSON.stringify(expected) !== JSON.stringify(planned)) {
    return 'has actions that are not, in the safe order, those of the credentials it was seen with';
  }
  // Promise 6: a password never stays without its MFA devices.
  if (kinds.has('mfa-device') && !kinds.has('password') && names.includes('password')) {
    return 'would keep its password and lose its MFA';
  }
  return deletions.map(findGuardFault).find((fault) => fault !== undefined);
}

function findGuardFault(action: DeleteAction): string | undefined {
  const { by } = action;
  if (isGuarded(credentialOf(action)) === (by !== undefined)) return undefined;
  return `deletes ${nameTarget(action)} ${by === undefined ? 'without saying by which guard or waiver' : 'by a guard, which it has not'}`;
}
