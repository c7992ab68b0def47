import type { FaultRule } from '../faults/rule.js';
import type { IamPolicyDocument } from '../policy/document.js';
import type { EmulatedState, JoinedMethod } from '../state/account.js';
import type { KeySpec, KeyUsage } from '../state/key-spec.js';
import type { KeyState } from '../state/kms-key.js';
import type { BucketSpec, QueueSpec } from '../state/specs/resources.js';
import type { RootSpec } from '../state/specs/root-credentials.js';
import type { ScpSpec } from '../state/specs/service-control-policy.js';

/**
 * A scenario as written in a file. Missing values are generated from the seed when the world is built. Times are ISO
 * 8601 in UTC. `schemas/scenario.schema.json` describes every member; these types must match it.
 */
export interface Scenario {
  readonly seed?: number;
  /** Milliseconds by which AWS's clock is ahead of the client's; negative if behind. */
  readonly clockSkew?: number;
  readonly organization?: {
    readonly id?: string;
    readonly featureSet?: 'ALL' | 'CONSOLIDATED_BILLING';
    readonly managementAccount?: string;
    readonly rootId?: string;
  };
  readonly features?: {
    readonly trustedAccess?: boolean;
    readonly rootCredentialsManagement?: boolean;
    readonly rootSessions?: boolean;
  };
  readonly delegatedAdministrators?: readonly (string | DelegatedAdministratorSpec)[];
  /** By name. Units named only in an account's path need no entry. */
  readonly organizationalUnits?: Readonly<Record<string, UnitSpec | null>>;
  readonly accounts?: readonly AccountSpec[];
  readonly scps?: readonly ScpSpec[];
  /** By name. Default: `operator`, a user of the management account who may do everything. */
  readonly callers?: Readonly<Record<string, CallerSpec | null>>;
  readonly kmsKeys?: readonly KmsKeySpec[];
  readonly quotas?: QuotasSpec;
  readonly replies?: {
    readonly state?: boolean;
    readonly status?: boolean;
    readonly policyArnInDenials?: boolean;
  };
  readonly paging?: { readonly size?: number; readonly emptyPages?: number };
  readonly faults?: readonly FaultRule[];
}

export interface DelegatedAdministratorSpec {
  readonly account: string;
  readonly servicePrincipal?: string;
  readonly since?: string;
}

export interface UnitSpec {
  readonly id?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly units?: Readonly<Record<string, UnitSpec | null>>;
}

export interface AccountSpec {
  /** Twelve digits. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  /** Unit names from the root down, `/Workloads/Prod`; `/` is the root. `/` and `%` in a name are percent-encoded. */
  readonly ou?: string;
  readonly state?: EmulatedState;
  readonly tags?: Readonly<Record<string, string>>;
  readonly joined?: string;
  readonly joinedMethod?: JoinedMethod;
  readonly root?: RootSpec;
  readonly buckets?: readonly BucketSpec[];
  readonly queues?: readonly QueueSpec[];
}

export interface CallerSpec {
  readonly account?: string;
  readonly arn?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly sourceIdentity?: string;
  /** Action patterns such as `iam:*`. Default: all actions. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** A complete identity policy, used instead of `allow` and `deny`. */
  readonly policy?: IamPolicyDocument;
}

export interface KmsKeySpec {
  /** A UUID, or `mrk-` and 32 hex digits. */
  readonly id?: string;
  /** `alias/plans` */
  readonly alias?: string;
  readonly account?: string;
  /** Other accounts that the key's policy allows to use it. */
  readonly usableBy?: readonly string[];
  readonly spec?: KeySpec;
  readonly usage?: KeyUsage;
  readonly state?: KeyState;
  /** PKCS #8 as PEM, or as base64 DER. */
  readonly privateKey?: string;
}

export interface RateSpec {
  readonly perSecond: number;
  readonly burst: number;
}

/** `documented` applies AWS's published quotas; `operations` overrides them per operation, for each calling account. */
export type QuotasSpec =
  | 'off'
  | 'documented'
  | { readonly base?: 'off' | 'documented'; readonly operations?: Readonly<Record<string, RateSpec>> };
