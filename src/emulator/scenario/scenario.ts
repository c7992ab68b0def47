import type { FaultRule } from '../faults/rule.js';
import type { IamPolicyDocument } from '../policy/document.js';
import type { AccountState, JoinedMethod } from '../state/account.js';
import type { KeySpec, KeyUsage } from '../state/key-spec.js';
import type { KeyState } from '../state/kms-key.js';
import type { BucketSpec, QueueSpec } from '../state/specs/resources.js';
import type { RootSpec } from '../state/specs/root-credentials.js';
import type { ScpSpec } from '../state/specs/service-control-policy.js';

/**
 * A scenario as it stands in a file: what is not given is made up from the seed when the world is built. Times are
 * ISO 8601 in UTC. `schemas/scenario.schema.json` describes every member and is checked against these types by use.
 */
export interface Scenario {
  readonly seed?: number;
  /** Milliseconds that the clock of AWS is ahead of the client's; behind it if negative. */
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
  /** By name. An organizational unit that only an account's path names needs no entry. */
  readonly organizationalUnits?: Readonly<Record<string, UnitSpec | null>>;
  readonly accounts?: readonly AccountSpec[];
  readonly scps?: readonly ScpSpec[];
  /** By name; without any, `operator` is a user of the management account who may do everything. */
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
  /** Names from the root down, `/Workloads/Prod`; `/` is the root. `/` and `%` in a name are percent-encoded. */
  readonly ou?: string;
  readonly state?: AccountState;
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
  /** Action patterns, `iam:*`; all actions unless given. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  /** A whole identity policy, instead of `allow` and `deny`. */
  readonly policy?: IamPolicyDocument;
}

export interface KmsKeySpec {
  /** A UUID, or `mrk-` and 32 hex digits. */
  readonly id?: string;
  /** `alias/plans` */
  readonly alias?: string;
  readonly account?: string;
  /** Accounts that the key's policy lets use it, beside its own. */
  readonly usableBy?: readonly string[];
  readonly spec?: KeySpec;
  readonly usage?: KeyUsage;
  readonly state?: KeyState;
  /** PKCS #8: PEM, or its DER in base64. */
  readonly privateKey?: string;
}

export interface RateSpec {
  readonly perSecond: number;
  readonly burst: number;
}

/** `documented` keeps AWS's published quotas; `operations` sets others, by operation, for each calling account. */
export type QuotasSpec =
  | 'off'
  | 'documented'
  | { readonly base?: 'off' | 'documented'; readonly operations?: Readonly<Record<string, RateSpec>> };
