import type { KeyObject } from 'node:crypto';
import type { KeySpec, KeyUsage } from './key-spec.js';
import type { World } from './world.js';

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** A KMS key. It exists in every region: its ARN contains the region of the request. */
export interface KmsKey {
  /** A UUID, or `mrk-` and 32 hex digits. */
  readonly id: string;
  /** `alias/plans` */
  readonly alias: string | undefined;
  /** Twelve digits. */
  readonly account: string;
  /** Other accounts that the key's policy allows; their identity policies then decide, as in the key's own account. */
  readonly usableBy: ReadonlySet<string>;
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  /** Mutable for tests, like an account. */
  state: KeyState;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** Undefined for a symmetric key, because the emulator does not encrypt. Node serializes a KeyObject as `{}`. */
  readonly privateKey: KeyObject | undefined;
}

/** Finds a key of an account by id or alias. */
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
