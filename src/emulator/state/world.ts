import type { Random } from '../random.js';
import type { EmulatedAccount } from './account.js';
import type { KmsKey } from './kms-key.js';
import type { AssumedRootSession, CallerIdentity } from './principal.js';
import type { Resource } from './resource.js';
import type { ServiceControlPolicy } from './service-control-policy.js';

export type Feature = 'RootCredentialsManagement' | 'RootSessions';

export const IAM_SERVICE_PRINCIPAL = 'iam.amazonaws.com';

/** A root or an organizational unit. Both hold accounts and units. */
export interface Unit {
  /** `r-…` or `ou-…` */
  readonly id: string;
  readonly name: string;
  /** Id of the unit above; undefined for the root. */
  readonly parent: string | undefined;
  readonly units: string[];
  /** Ids of the accounts directly below, in the order they were added. */
  readonly accounts: Set<string>;
  readonly tags: Record<string, string>;
}

export interface DelegatedAdministrator {
  readonly account: string;
  readonly servicePrincipal: string;
  readonly since: string;
}

/** Variants of AWS's replies that have changed over time. */
export interface ReplyOptions {
  /** Whether accounts have `State`, which AWS added in 2025. */
  readonly state: boolean;
  /** Whether accounts have `Status`, which AWS is retiring. */
  readonly status: boolean;
  /**
   * Whether a denial by a service control policy ends with the policy's ARN, which AWS rolls out since January 2026.
   */
  readonly policyArnInDenials: boolean;
}

export interface PagingOptions {
  /** Entries per page of the Organizations API, at most 20. */
  readonly size: number;
  /** The share of pages that are empty although more follow, from 0 to 1. */
  readonly emptyPages: number;
}

/** The state of the emulated organization. Plain data, owned by `Emulator` and passed to the operations. */
export interface World {
  readonly seed: number;
  /** For ids generated at run time. */
  readonly random: Random;
  readonly organization: {
    readonly id: string;
    readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
    readonly managementAccount: string;
    readonly rootId: string;
  };
  readonly features: Set<Feature>;
  /** When trusted access was enabled, by service principal. */
  readonly trustedServices: Map<string, string>;
  /**
   * Features and service principals that AssumeRoot does not know yet, with the time it will (milliseconds since the
   * epoch). IAM and Organizations show them at once.
   */
  readonly unknownToSts: Map<string, number>;
  readonly delegatedAdministrators: DelegatedAdministrator[];
  readonly units: ReadonlyMap<string, Unit>;
  /** Every account of the scenario, including those that have left the organization. */
  readonly accounts: ReadonlyMap<string, EmulatedAccount>;
  /** The same accounts in the order of ListAccounts. */
  readonly listing: readonly EmulatedAccount[];
  /** By the id of the root, unit or account that they are attached to. */
  readonly policies: Map<string, readonly ServiceControlPolicy[]>;
  /** By access key id. */
  readonly callers: ReadonlyMap<string, CallerIdentity>;
  readonly sessions: Map<string, AssumedRootSession>;
  readonly kmsKeys: readonly KmsKey[];
  /** Buckets and queues, by ARN. */
  readonly resources: Map<string, Resource>;
  readonly replies: ReplyOptions;
  readonly paging: PagingOptions;
}

/** Ids of the root and organizational units above, from the root down. */
export function ancestors(world: World, parent: string): string[] {
  const path: string[] = [];
  for (let id: string | undefined = parent; id !== undefined; id = world.units.get(id)?.parent)
    path.unshift(id);
  return path;
}

/** Returns the account if it is currently in the organization. */
export function findMember(world: World, id: string): EmulatedAccount | undefined {
  const account = world.accounts.get(id);
  return account?.member === true ? account : undefined;
}

export function isDelegatedAdministrator(world: World, account: string, servicePrincipal?: string): boolean {
  return world.delegatedAdministrators.some(
    (delegate) =>
      delegate.account === account &&
      (servicePrincipal === undefined || delegate.servicePrincipal === servicePrincipal),
  );
}

export function moveAccount(world: World, account: EmulatedAccount, parent: string): void {
  world.units.get(account.parent)?.accounts.delete(account.id);
  world.units.get(parent)?.accounts.add(account.id);
  account.parent = parent;
}
