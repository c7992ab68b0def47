import type { Fault } from '../faults/rule.js';
import { deriveText, hashToUnit, LOWER_ALPHANUMERIC, Random } from '../random.js';
import type { EmulatedAccount } from '../state/account.js';
import type { Resource } from '../state/resource.js';
import {
  generatePolicyId,
  type ServiceControlPolicy,
  serviceControlPolicy,
} from '../state/service-control-policy.js';
import { resolveBucket, resolveQueue } from '../state/specs/resources.js';
import { resolveRootCredentials, toSeconds } from '../state/specs/root-credentials.js';
import { type Feature, IAM_SERVICE_PRINCIPAL, type World } from '../state/world.js';
import { resolveCallers } from './callers.js';
import { resolveKmsKeys } from './kms-keys.js';
import type { AccountSpec, Scenario } from './scenario.js';
import { UnitTree } from './unit-paths.js';

const DEFAULT_MANAGEMENT_ACCOUNT = '111111111111';

/** Builds the world that a scenario describes. Deterministic for a given scenario and seed. */
export function buildWorld(scenario: Scenario, seed: number): World {
  const managementAccount = scenario.organization?.managementAccount ?? DEFAULT_MANAGEMENT_ACCOUNT;
  const organization = {
    id: scenario.organization?.id ?? `o-${deriveText(seed, 'organization', 10, LOWER_ALPHANUMERIC)}`,
    featureSet: scenario.organization?.featureSet ?? ('ALL' as const),
    rootId: scenario.organization?.rootId ?? `r-${deriveText(seed, 'root', 4, LOWER_ALPHANUMERIC)}`,
    managementAccount,
  };
  const tree = new UnitTree(seed, organization.rootId);
  tree.add(scenario.organizationalUnits ?? {});

  const specs = scenario.accounts ?? [];
  const accounts = new Map<string, EmulatedAccount>();
  const management = specs.some(({ id }) => id === managementAccount)
    ? []
    : [managementSpec(managementAccount)];
  for (const spec of [...management, ...specs]) {
    const account = resolveAccount(seed, spec, tree.resolve(spec.ou ?? '/'));
    accounts.set(account.id, account);
    tree.units.get(account.parent)?.accounts.add(account.id);
  }

  for (const { fault } of scenario.faults ?? []) for (const unit of unitsNamedBy(fault)) tree.resolve(unit);

  const delegates = (scenario.delegatedAdministrators ?? []).map((entry) => ({
    servicePrincipal: IAM_SERVICE_PRINCIPAL,
    since: '2025-01-15T00:00:00Z',
    ...(typeof entry === 'string' ? { account: entry } : entry),
  }));
  const trustedAccess = scenario.features?.trustedAccess ?? true;
  return {
    seed,
    random: new Random(seed),
    organization,
    features: resolveFeatures(scenario),
    trustedServices: new Map(trustedAccess ? [[IAM_SERVICE_PRINCIPAL, '2025-01-15T00:00:00Z']] : []),
    delegatedAdministrators: delegates,
    policies: resolvePolicies(scenario, organization, seed, tree),
    units: tree.units,
    accounts,
    listing: [...accounts.values()],
    callers: resolveCallers(scenario, managementAccount, seed),
    sessions: new Map(),
    unknownToSts: new Map(),
    kmsKeys: resolveKmsKeys(scenario, managementAccount, seed),
    resources: new Map(specs.flatMap((spec) => resolveResources(seed, spec)).map((it) => [it.arn, it])),
    replies: { state: true, status: true, policyArnInDenials: true, ...scenario.replies },
    paging: { size: 20, emptyPages: 0.1, ...scenario.paging },
  };
}

/** Units named only by faults are created too, as are units named only by accounts. */
function unitsNamedBy(fault: Fault): string[] {
  switch (fault.kind) {
    case 'change-account':
      return fault.change.ou === undefined ? [] : [fault.change.ou];
    case 'attach-policy':
    case 'detach-policy':
      return [fault.target];
    default:
      return [];
  }
}

function managementSpec(id: string): AccountSpec {
  return { id, name: 'management', email: 'management@example.com' };
}

function resolveAccount(seed: number, spec: AccountSpec, parent: string): EmulatedAccount {
  const joined = spec.joined ?? joinedDate(seed, spec.id);
  const name = spec.name ?? `account-${spec.id}`;
  return {
    id: spec.id,
    name,
    email: spec.email ?? `aws+${spec.id}@example.com`,
    state: spec.state ?? 'ACTIVE',
    parent,
    tags: { ...spec.tags },
    joined,
    joinedMethod: spec.joinedMethod ?? 'CREATED',
    member: true,
    staleness: [],
    ...resolveRootCredentials({ seed, account: spec.id, joined }, spec.root ?? {}),
  };
}

function resolveResources(seed: number, { id, buckets = [], queues = [] }: AccountSpec): Resource[] {
  const owner = { seed, account: id };
  return [
    ...buckets.map((spec) => resolveBucket(owner, spec)),
    ...queues.map((spec) => resolveQueue(owner, spec)),
  ];
}

/** A date from 2018 to 2024. */
function joinedDate(seed: number, account: string): string {
  const days = Math.floor(hashToUnit(seed, `joined ${account}`) * 7 * 365);
  return toSeconds(new Date(Date.UTC(2018, 0, 1) + days * 86_400_000));
}

function resolveFeatures({ features }: Scenario): Set<Feature> {
  const enabled = new Set<Feature>();
  if (features?.rootCredentialsManagement ?? true) enabled.add('RootCredentialsManagement');
  if (features?.rootSessions ?? false) enabled.add('RootSessions');
  return enabled;
}

function resolvePolicies(
  { scps = [] }: Scenario,
  organization: World['organization'],
  seed: number,
  tree: UnitTree,
): Map<string, ServiceControlPolicy[]> {
  const policies = new Map<string, ServiceControlPolicy[]>();
  for (const [index, spec] of scps.entries()) {
    const policy = serviceControlPolicy(
      organization,
      spec.id ?? generatePolicyId(seed, index),
      spec.policy,
      spec.name,
    );
    const target = tree.resolve(spec.target);
    policies.set(target, [...(policies.get(target) ?? []), policy]);
  }
  return policies;
}
