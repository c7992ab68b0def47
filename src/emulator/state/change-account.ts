import type { EmulatedAccount, EmulatedState } from './account.js';
import { removeCredential } from './credentials.js';
import type { Resource } from './resource.js';
import { type BucketSpec, type QueueSpec, resolveBucket, resolveQueue } from './specs/resources.js';
import { type RootSpec, resolveRootCredentials } from './specs/root-credentials.js';
import { ancestors, moveAccount, type World } from './world.js';

/** A change to an account that the client did not make. */
export interface AccountChange {
  readonly name?: string;
  readonly email?: string;
  readonly state?: EmulatedState;
  /** A path of names (`/Quarantine`) or the id of an existing organizational unit. */
  readonly ou?: string;
  /** Replaces all tags. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The account leaves the organization. */
  readonly leave?: true;
  /** Credentials to add, in scenario format. */
  readonly add?: RootSpec;
  /** What to remove: the password, credentials by id, buckets and queues by name. */
  readonly remove?: {
    readonly password?: true;
    readonly mfaDevices?: readonly string[];
    readonly accessKeys?: readonly string[];
    readonly signingCertificates?: readonly string[];
    readonly buckets?: readonly string[];
    /** Names, in any region. */
    readonly queues?: readonly string[];
  };
  /**
   * Buckets to create or replace, in scenario format, even if another account owns the name. A region that is not given
   * stays the same.
   */
  readonly buckets?: readonly BucketSpec[];
  /** Queues to create or replace, in scenario format. */
  readonly queues?: readonly QueueSpec[];
}

/** Throws RangeError if the organizational unit does not exist. */
export function changeAccount(world: World, account: EmulatedAccount, change: AccountChange): void {
  if (change.ou !== undefined) {
    const unit = findUnit(world, change.ou);
    if (unit === undefined) throw new RangeError(`No organizational unit "${change.ou}" in the scenario`);
    moveAccount(world, account, unit);
  }
  if (change.name !== undefined) account.name = change.name;
  if (change.email !== undefined) account.email = change.email;
  if (change.state !== undefined) account.state = change.state;
  if (change.tags !== undefined) account.tags = { ...change.tags };
  if (change.leave) account.member = false;
  removeCredentials(account, change.remove ?? {});
  addCredentials(world, account, change.add ?? {});
  removeResources(world, account, change.remove ?? {});
  putResources(world, account, change);
}

function removeResources(
  { resources }: World,
  account: EmulatedAccount,
  { buckets = [], queues = [] }: NonNullable<AccountChange['remove']>,
): void {
  const names: Readonly<Record<Resource['kind'], readonly string[]>> = { bucket: buckets, queue: queues };
  for (const { kind, name, arn, account: owner } of [...resources.values()]) {
    if (owner === account.id && names[kind].includes(name)) resources.delete(arn);
  }
}

function putResources(
  { seed, resources }: World,
  account: EmulatedAccount,
  { buckets = [], queues = [] }: AccountChange,
): void {
  const owner = { seed, account: account.id };
  const currentRegion = (kind: Resource['kind'], name: string) =>
    [...resources.values()].find((it) => it.kind === kind && it.account === account.id && it.name === name)
      ?.region;
  const put = [
    ...buckets.map((spec) => resolveBucket(owner, { region: currentRegion('bucket', spec.name), ...spec })),
    ...queues.map((spec) => resolveQueue(owner, { region: currentRegion('queue', spec.name), ...spec })),
  ];
  for (const resource of put) resources.set(resource.arn, resource);
}

function removeCredentials(account: EmulatedAccount, remove: NonNullable<AccountChange['remove']>): void {
  if (remove.password) removeCredential(account, { kind: 'password' });
  for (const id of remove.mfaDevices ?? []) removeCredential(account, { kind: 'mfa-device', id });
  for (const id of remove.accessKeys ?? []) removeCredential(account, { kind: 'access-key', id });
  for (const id of remove.signingCertificates ?? [])
    removeCredential(account, { kind: 'signing-certificate', id });
}

function addCredentials(world: World, account: EmulatedAccount, add: RootSpec): void {
  // A separate seed, so that an added key never gets the generated id of an existing one.
  const owner = { seed: world.random.integer(2 ** 31), account: account.id, joined: account.joined };
  const added = resolveRootCredentials(owner, add);
  account.password = added.password ?? account.password;
  put(account.mfaDevices, added.mfaDevices, ({ serial }) => serial);
  put(account.accessKeys, added.accessKeys, ({ id }) => id);
  put(account.signingCertificates, added.signingCertificates, ({ id }) => id);
}

/** Ids are unique per account: an added item replaces an existing one with the same id. */
function put<T>(list: T[], added: readonly T[], idOf: (item: T) => string): void {
  const ids = new Set(added.map(idOf));
  list.splice(0, list.length, ...list.filter((it) => !ids.has(idOf(it))), ...added);
}

/** The id of the organizational unit for a path or id; undefined if it does not exist. */
export function findUnit(world: World, pathOrId: string): string | undefined {
  if (world.units.has(pathOrId)) return pathOrId;
  const wanted = pathOrId.replace(/\/$/, '');
  for (const id of world.units.keys()) if (pathOf(world, id) === wanted) return id;
  return undefined;
}

/** Path of names below the root, encoded as in scenarios. The root has an empty path. */
function pathOf(world: World, id: string): string {
  return ancestors(world, id)
    .slice(1)
    .map((unit) => `/${world.units.get(unit)?.name.replaceAll('%', '%25').replaceAll('/', '%2F')}`)
    .join('');
}
