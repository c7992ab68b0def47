import { findRuleDefects } from '../faults/find-rule-defects.js';
import { operationNames } from '../operations/service.js';
import { findUnknownOperator } from '../policy/condition.js';
import type { IamPolicyDocument } from '../policy/document.js';
import { buildWorld } from './build-world.js';
import { findKmsKeyDefects } from './kms-key-defects.js';
import { findResourceDefects } from './resource-defects.js';
import type { Scenario } from './scenario.js';
import type { Defect } from './scenario-error.js';
import { parsePath } from './unit-paths.js';

/** The AWS Organizations quota "OU maximum nesting in a root": five levels. */
const MAXIMUM_DEPTH = 5;

/** Finds what a schema cannot check: contradictions between parts of a scenario. */
export function findDefects(scenario: Scenario): Defect[] {
  return [
    ...findDuplicateAccounts(scenario),
    ...findUnknownDelegates(scenario),
    ...findUnplacedAccounts(scenario),
    ...findUnknownTargets(scenario),
    ...findPoliciesInTwo(scenario),
    ...findDuplicateKeys(scenario),
    ...findKmsKeyDefects(scenario),
    ...findResourceDefects(scenario),
    ...findUnknownOperators(scenario),
    ...findUnknownOperations(scenario),
    ...findFaultyRules(scenario),
  ];
}

function accountIds({ accounts = [], organization }: Scenario): Set<string> {
  return new Set([organization?.managementAccount ?? '111111111111', ...accounts.map(({ id }) => id)]);
}

function* findDuplicateAccounts({ accounts = [] }: Scenario): Iterable<Defect> {
  const seen = new Set<string>();
  for (const [index, { id }] of accounts.entries()) {
    if (seen.has(id)) yield { path: ['accounts', index, 'id'], sentence: `Account ${id} is listed twice` };
    seen.add(id);
  }
}

function* findUnknownDelegates(scenario: Scenario): Iterable<Defect> {
  const known = accountIds(scenario);
  for (const [index, entry] of (scenario.delegatedAdministrators ?? []).entries()) {
    const account = typeof entry === 'string' ? entry : entry.account;
    if (known.has(account)) continue;
    yield { path: ['delegatedAdministrators', index], sentence: `Account ${account} is not in the scenario` };
  }
}

function* findUnplacedAccounts({ accounts = [] }: Scenario): Iterable<Defect> {
  for (const [index, { ou }] of accounts.entries()) {
    if (ou === undefined || parsePath(ou).length <= MAXIMUM_DEPTH) continue;
    yield {
      path: ['accounts', index, 'ou'],
      sentence: `AWS nests organizational units ${MAXIMUM_DEPTH} deep at most`,
    };
  }
}

function* findUnknownTargets(scenario: Scenario): Iterable<Defect> {
  const known = accountIds(scenario);
  for (const [index, { target }] of (scenario.scps ?? []).entries()) {
    if (!/^\d{12}$/.test(target) || known.has(target)) continue;
    yield { path: ['scps', index, 'target'], sentence: `Account ${target} is not in the scenario` };
  }
}

/** A policy can be attached to several targets, but its content must be the same everywhere. */
function* findPoliciesInTwo({ scps = [] }: Scenario): Iterable<Defect> {
  const seen = new Map<string, string>();
  for (const [index, { id, policy }] of scps.entries()) {
    if (id === undefined) continue;
    const text = JSON.stringify(policy);
    if ((seen.get(id) ?? text) !== text) {
      yield { path: ['scps', index, 'policy'], sentence: `Policy ${id} has another content above` };
    }
    seen.set(id, text);
  }
}

function* findDuplicateKeys({ callers = {} }: Scenario): Iterable<Defect> {
  const seen = new Set<string>();
  for (const [name, caller] of Object.entries(callers)) {
    const key = caller?.accessKeyId;
    if (key !== undefined && seen.has(key)) {
      yield {
        path: ['callers', name, 'accessKeyId'],
        sentence: `Access key ${key} belongs to another caller`,
      };
    }
    if (key !== undefined) seen.add(key);
  }
}

function* findUnknownOperators({ scps = [], callers = {} }: Scenario): Iterable<Defect> {
  const policies: (readonly [Defect['path'], IamPolicyDocument])[] = [
    ...scps.map(({ policy }, index) => [['scps', index, 'policy'], policy] as const),
    ...Object.entries(callers).flatMap(([name, caller]) =>
      caller?.policy === undefined ? [] : [[['callers', name, 'policy'], caller.policy] as const],
    ),
  ];
  for (const [path, policy] of policies) {
    const unknown = findUnknownOperator(policy);
    if (unknown === undefined) continue;
    yield { path, sentence: `The emulator does not know the condition operator "${unknown}"` };
  }
}

function* findUnknownOperations({ quotas = 'off' }: Scenario): Iterable<Defect> {
  if (typeof quotas === 'string') return;
  const known = operationNames();
  for (const name of Object.keys(quotas.operations ?? {})) {
    if (known.includes(name)) continue;
    yield { path: ['quotas', 'operations', name], sentence: `The emulator knows no operation "${name}"` };
  }
}

/** Unit paths need no check: `buildWorld` creates units that only a fault names. */
function* findFaultyRules(scenario: Scenario): Iterable<Defect> {
  let world: ReturnType<typeof buildWorld> | undefined;
  const known = {
    operations: operationNames(),
    accounts: accountIds(scenario),
    callers: new Set(Object.keys(scenario.callers ?? { operator: {} })),
    policies: new Set((scenario.scps ?? []).flatMap(({ id }) => id ?? [])),
    hasUnit: (unit: string) => {
      if (unit.startsWith('/')) return true;
      world ??= buildWorld({ ...scenario, kmsKeys: [] }, scenario.seed ?? 1);
      return world.units.has(unit);
    },
  };
  for (const { path, sentence } of findRuleDefects(scenario.faults ?? [], known)) {
    yield { path: ['faults', ...path], sentence };
  }
}
