import { findUnknownOperator } from '../policy/condition.js';
import { matchesWildcard } from '../policy/wildcard.js';
import type { Defect } from '../scenario/scenario-error.js';
import type { Fault, FaultMatch, FaultRule } from './rule.js';

/** The names and ids that rules may refer to. */
export interface Known {
  readonly operations: Iterable<string>;
  readonly accounts: { has(id: string): boolean };
  readonly callers: ReadonlySet<string>;
  /** Ids of service control policies. */
  readonly policies: ReadonlySet<string>;
  /** Whether the organizational unit exists. */
  readonly hasUnit: (pathOrId: string) => boolean;
}

/** Finds rules that can never take effect or that would fail when they do: misspelled or unknown names. */
export function* findRuleDefects(rules: readonly FaultRule[], known: Known): Iterable<Defect> {
  const policies = new Set([...known.policies, ...rules.flatMap(({ fault }) => attachedId(fault))]);
  for (const [index, { match, fault }] of rules.entries()) {
    for (const { path, sentence } of findMatchDefects(match ?? {}, known))
      yield { path: [index, 'match', ...path], sentence };
    for (const { path, sentence } of findFaultDefects(fault, { ...known, policies }))
      yield { path: [index, 'fault', ...path], sentence };
  }
}

/** A rule may detach a policy that another rule attaches. */
function attachedId(fault: Fault): string[] {
  return fault.kind === 'attach-policy' && fault.id !== undefined ? [fault.id] : [];
}

function* findMatchDefects({ operation, account, caller }: FaultMatch, known: Known): Iterable<Defect> {
  if (operation !== undefined && ![...known.operations].some((name) => matchesWildcard(operation, name))) {
    yield { path: ['operation'], sentence: `The emulator knows no operation "${operation}"` };
  }
  if (account !== undefined && !known.accounts.has(account)) yield unknownAccount('account', account);
  if (caller !== undefined && caller !== 'session' && !known.callers.has(caller)) {
    yield { path: ['caller'], sentence: `No caller "${caller}" in the scenario` };
  }
}

function* findFaultDefects(fault: Fault, known: Known): Iterable<Defect> {
  switch (fault.kind) {
    case 'latency':
      yield* findDurationDefects(fault.milliseconds);
      return;
    case 'change-account': {
      const { account, change } = fault;
      if (account !== undefined && !known.accounts.has(account)) yield unknownAccount('account', account);
      if (change.ou !== undefined && !known.hasUnit(change.ou)) {
        yield { path: ['change', 'ou'], sentence: `No organizational unit "${change.ou}" in the scenario` };
      }
      return;
    }
    case 'attach-policy': {
      yield* findTargetDefects(fault.target, known);
      const operator = findUnknownOperator(fault.policy);
      if (operator !== undefined) {
        yield {
          path: ['policy'],
          sentence: `The emulator does not know the condition operator "${operator}"`,
        };
      }
      return;
    }
    case 'detach-policy':
      yield* findTargetDefects(fault.target, known);
      if (!known.policies.has(fault.id)) {
        yield { path: ['id'], sentence: `No service control policy "${fault.id}" in the scenario` };
      }
      return;
    case 'throttle':
    case 'http-error':
    case 'access-denied':
    case 'conflict':
    case 'error':
    case 'drop':
    case 'no-answer':
    case 'garbled':
    case 'lie':
    case 'delayed-visibility':
    case 'expire-session':
      return;
    default:
      fault satisfies never;
  }
}

function* findDurationDefects(
  duration: Extract<Fault, { kind: 'latency' }>['milliseconds'],
): Iterable<Defect> {
  if (typeof duration === 'object' && 'median' in duration && duration.p99 < duration.median) {
    yield { path: ['milliseconds', 'p99'], sentence: 'The 99th percentile is below the median' };
  }
}

function* findTargetDefects(target: string, known: Known): Iterable<Defect> {
  if (known.accounts.has(target) || known.hasUnit(target)) return;
  yield /^\d{12}$/.test(target)
    ? unknownAccount('target', target)
    : { path: ['target'], sentence: `No organizational unit "${target}" in the scenario` };
}

function unknownAccount(member: string, account: string): Defect {
  return { path: [member], sentence: `Account ${account} is not in the scenario` };
}
