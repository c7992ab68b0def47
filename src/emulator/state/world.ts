import type { Random } from '../random.js';
import type { Account } from './account.js';
import type { KmsKey } from './kms-key.js';
import type { Caller, RootSession } from './principal.js';
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
  /** Ids of the accounts right below, in the order they came. */
  readonly accounts: Set<string>;
  readonly tags: Record<string, string>;
}

export interface DelegatedAdministrator {
  readonly account: string;
  readonly servicePrincipal: string;
  readonly since: string;
}

/** How replies are worded where AWS itself differs over time. */
export interface ReplyOptions {
  /** Whether accounts carry `State`, which replies before 2025 did not. */
  readonly state: boolean;
  /** Whether accounts carry `Status`, which AWS retires. */
  readonly status: boolean;
  /** Whether a denial by a service control policy ends in the policy's ARN, as AWS rolls out since January 2026. */
  readonly policyArnInDenials: boolean;
}

export interface PagingOptions {
  /** Entries on a page of the Organizations API, at most 20. */
  readonly size: number;
  /** The share of pages that come back empty although there is more, from 0 to 1. */
  readonly emptyPages: number;
}

/** The emulated organization. Plain data; `Emulator` owns one and hands it to the operations. */
export interface World {
  readonly seed: number;
  /** For ids that are made up on the way. */
  readonly random: Random;
  readonly organization: {
    readonly id: string;
    readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
    readonly managementAccount: string;
    readonly rootId: string;
  };
  readonly features: Set<Feature>;
  /** Service principals with trusted access, and since when. */
  readonly trustedServices: Map<string, string>;
  /**
   * Features and service principals that were turned on and that AssumeRoot does not know of yet, and until when, in
   * milliseconds since the epoch. IAM and Organizations show them at once.
   */
  readonly unknownToSts: Map<string, number>;
  readonly delegatedAdministrators: DelegatedAdministrator[];
  readonly units: ReadonlyMap<string, Unit>;
  /** Every account of the scenario, those that have left the organization included. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** The same accounts in the order in which ListAccounts returns them. */
  readonly listing: readonly Account[];
  /** By the id of the root, unit or account they are attached to. */
  readonly policies: Map<string, readonly ServiceControlPolicy[]>;
  /** By access key id. */
  readonly callers: ReadonlyMap<string, Caller>;
  readonly sessions: Map<string, RootSession>;
  readonly kmsKeys: readonly KmsKey[];
  /** Buckets and queues, by ARN. */
  readonly resources: Map<string, Resource>;
  readonly replies: ReplyOptions;
  readonly paging: PagingOptions;
}

/** Ids above an account or unit, outermost first: the root, then the organizational units. */
export function ancestors(world: World, parent: string): string[] {
  const path: string[] = [];
  for (let id: string | undefined = parent; id !== undefined; id = world.units.get(id)?.parent)
    path.unshift(id);
  return path;
}

/** The account if it is in the organization now. */
export function findMember(world: World, id: string): Account | undefined {
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

export function moveAccount(world: World, account: Account, parent: string): void {
  world.units.get(account.parent)?.accounts.delete(account.id);
  world.units.get(parent)?.accounts.add(account.id);
  account.parent = parent;
}
