import type { KeyObject } from 'node:crypto';
import type { KeySpec, KeyUsage } from './key-spec.js';
import type { World } from './world.js';

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** A key of KMS. It is there in every region: the region of its ARN is that of the request. */
export interface KmsKey {
  /** A UUID, or `mrk-` and 32 hex digits. */
  readonly id: string;
  /** `alias/plans` */
  readonly alias: string | undefined;
  /** Twelve digits. */
  readonly account: string;
  /** Other accounts that the key's policy lets use it: then the policies of the caller decide, as in its own account. */
  readonly usableBy: ReadonlySet<string>;
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  /** Mutable on purpose, like an account. */
  state: KeyState;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** Undefined for a symmetric key, which nothing here encrypts with. Node writes a key object to JSON as `{}`. */
  readonly privateKey: KeyObject | undefined;
}

/** The key of an account by its id or by its alias. */
export function findKmsKey({ kmsKeys }: World, account: string, name: string): KmsKey | undefined {
  return kmsKeys.find((key) => key.account === account && (key.id === name || key.alias === name));
}

export function keyArn(region: string, { account, id }: KmsKey): string {
  return kmsArn(region, account, `key/${id}`);
}

/** @param resource `key/…` or `alias/…` */
export function kmsArn(region: string, account: string, resource: string): string {
  return `arn:aws:kms:${region}:${account}:${resource}`;
}
