/** The part of an AWS organization that rootsweep reads. */

import { RootsweepError } from '../../errors.js';

/** AWS's account states, and `UNKNOWN` if AWS returned neither `State` nor `Status`. */
export type AccountState =
  | 'PENDING_ACTIVATION'
  | 'ACTIVE'
  | 'SUSPENDED'
  | 'PENDING_CLOSURE'
  | 'CLOSED'
  | 'UNKNOWN';

export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly state: AccountState;
  /** Ids of the root and the organizational units above the account, outermost first; empty if AWS gave none. */
  readonly parents: readonly string[];
  /** ISO 8601 in UTC, to the second. */
  readonly joined: string;
  /** `CREATED` or `INVITED`. */
  readonly joinedMethod: string;
}

/** The root email address of an account as a plan holds it (`maskEmail`). */
export interface MaskedEmail {
  /** `a…@example.com` */
  readonly masked: string;
  /** SHA-256 of the plan's id, the account's id and the address, in hex: the same address differs in each plan. */
  readonly sha256: string;
}

export interface Organization {
  /** `o-…` */
  readonly id: string;
  /** The partition of the organization's ARN: `aws`, `aws-us-gov`, … */
  readonly partition: string;
  readonly managementAccount: string;
}

/** @throws RootsweepError ORGANIZATION_UNSUITABLE, also for an account that belongs to no organization. */
export function requireAllFeatures(
  described: { readonly organization: Organization; readonly hasAllFeatures: boolean } | undefined,
  account: string,
): Organization {
  if (described === undefined) {
    throw new RootsweepError('ORGANIZATION_UNSUITABLE', `account "${account}" belongs to no organization`, {
      hint: "use credentials of the organization's management account",
    });
  }
  const { organization, hasAllFeatures } = described;
  if (hasAllFeatures) return organization;
  throw new RootsweepError(
    'ORGANIZATION_UNSUITABLE',
    `organization "${organization.id}" does not have all features enabled`,
    { hint: 'centralized root access needs them; run: aws organizations enable-all-features' },
  );
}

/** Names of the organizational units that were read, by id. The root has no name in a path. */
export type UnitNames = ReadonlyMap<string, string>;

/**
 * The path of organizational unit names above an account: `/` in the root, `/Workloads/Prod` below. A `/` or `%`
 * within a name is percent-encoded, so that an OU called `Workloads/Prod` is not mistaken for another.
 * @returns undefined if one of the names is unknown.
 */
export function unitPath(parents: readonly string[], names: UnitNames): string | undefined {
  const units = parents.filter((id) => id.startsWith('ou-'));
  const path: string[] = [];
  for (const id of units) {
    const name = names.get(id);
    if (name === undefined) return undefined;
    path.push(name.replaceAll('%', '%25').replaceAll('/', '%2F'));
  }
  return parents.length === 0 ? undefined : `/${path.join('/')}`;
}
