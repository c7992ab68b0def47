/** The ports of the workflows, in domain terms. `aws/` and `files/` implement them; tests replace them. */
import type { Account, Organization } from '../core/account/organization.js';
import type { Action } from '../core/action/action.js';
import type { Credential, CredentialName, UnknownCause } from '../core/action/credentials.js';
import type { RootFeature } from '../core/action/plan-kind.js';
import type { ResourceName } from '../core/action/resource-name.js';
import type { Standing } from '../core/action/standing.js';
import type { JournalRecord } from '../core/apply/journal.js';
import type { RetryableCause } from '../core/base/retry-policy.js';
import type { Seen } from '../core/plan/drift.js';

/** The caller, established before anything else. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
  readonly role: 'management-account' | 'delegated-administrator';
}

/** The caller and its organization, ready for root sessions. */
export interface Opened {
  readonly caller: Caller;
  readonly organization: Organization;
  /** How far AWS's clock is ahead of this machine's, in ms; behind it if negative. */
  readonly clockOffset: number;
}

export interface OrganizationReader {
  /**
   * @param feature required by the root sessions; by default `RootCredentialsManagement`.
   * @throws RootsweepError if a prerequisite of every plan and apply is missing.
   */
  readonly open: (feature?: RootFeature) => Promise<Opened>;
  /** Every account, page by page; the first page is requested at once. */
  readonly accounts: () => AsyncIterable<readonly Account[]>;
  /** One account as it is now; undefined if it is not in the organization. */
  readonly account: (id: string) => Promise<Account | undefined>;
  /** Ids and names of the organizational units right below a root or unit. */
  readonly unitsBelow: (parent: string) => Promise<ReadonlyMap<string, string>>;
  readonly tags: (account: string) => Promise<Readonly<Record<string, string>>>;
}

export type Task = 'audit' | 'delete';

export interface RootAccess {
  /**
   * Opens a root session in a member account for one task.
   * @throws RootAccessFailure; RootsweepError INTERRUPTED if the user asked to stop, as every method of a session does
   * before it has changed anything.
   */
  readonly open: (account: string, task: Task) => Promise<RootSession>;
}

/** A root session of fifteen minutes, restricted to one task. Every method throws RootAccessFailure. */
export interface RootSession {
  /** Access key id of the session: joins CloudTrail's logs, opens nothing. */
  readonly accessKeyId: string;
  /** Whether AWS's summary of the account reports any root credential. Audit sessions only. */
  readonly holdsAny: () => Promise<boolean>;
  /** Every root credential of all four kinds, after proving that the session is in the intended account. */
  readonly list: () => Promise<readonly Credential[]>;
  /** `absent`: AWS answers that there is no such credential; the caller must verify it. */
  readonly delete: (credential: CredentialName) => Promise<Answered & { readonly answer: 'done' | 'absent' }>;
  /** When it was created; undefined if it does not exist. */
  readonly find: (credential: CredentialName) => Promise<Answered & { readonly created: string | undefined }>;
}

/**
 * A root session of fifteen minutes for the planned actions of an account. Every method throws RootAccessFailure.
 */
export interface ActionSession {
  /** Access key id of the session: joins CloudTrail's logs, opens nothing. */
  readonly accessKeyId: string;
  /** Everything that is compared with the plan. Only AWS's own answer makes a target absent. */
  readonly observe: () => Promise<Seen>;
  /** Sends one request; observe before the next one. `absent`: AWS answers that there is no such credential. */
  readonly perform: (action: Action) => Promise<Answered & { readonly answer: 'done' | 'absent' }>;
  /** The state of the target of one action. */
  readonly find: (action: Action) => Promise<Answered & { readonly standing: Standing }>;
}

export interface ActionAccess {
  /**
   * Opens a root session for the actions of an account, which one task policy allows.
   * @throws RootAccessFailure; RootsweepError INTERRUPTED as `RootAccess.open`.
   */
  readonly open: (account: string, actions: readonly Action[]) => Promise<ActionSession>;
}

/** Policies of buckets and queues that lock everyone out but the root user. */
export interface ResourceAccess {
  /**
   * Opens a root session in a member account for the policy of one bucket or queue, and finds it there.
   * @throws RootAccessFailure
   */
  readonly open: (account: string, resource: ResourceName) => Promise<ResourceAnswer>;
}

export type ResourceAnswer =
  | { readonly kind: 'found'; readonly session: ResourceSession }
  /** AWS answers that the account has no such bucket, or no such queue in the region. */
  | { readonly kind: 'missing'; readonly accessKeyId: string };

/** A root session of fifteen minutes for one policy. Every method throws RootAccessFailure. */
export interface ResourceSession {
  /** Access key id of the session: joins CloudTrail's logs, opens nothing. */
  readonly accessKeyId: string;
  readonly arn: string;
  readonly region: string;
  /** The policy as AWS returns it; undefined only if AWS answers that there is none. */
  readonly read: () => Promise<Answered & { readonly policy: string | undefined }>;
  /** Sent once. Succeeds also if there is no policy. */
  readonly remove: () => Promise<Answered>;
  /** Sent once. AWS may return the policy in another spelling afterwards. */
  readonly replace: (policy: string) => Promise<Answered>;
}

export interface Answered {
  /** AWS's id of the request. */
  readonly requestId: string;
}

export interface Journal {
  readonly earlier: readonly JournalRecord[];
  /** Returns when the record is on the disk; a rejection means that it may not be. */
  readonly append: (record: JournalRecord) => Promise<void>;
}

/** Further facts about a failed call. */
export interface RootAccessFailureFacts {
  /**
   * AWS refused, so nothing happened. Otherwise the action may have taken effect: there was no answer, or an unreadable
   * one.
   */
  readonly refused?: boolean;
  /** Why a retry may succeed. Without it, a refused call must not be retried. */
  readonly retryable?: RetryableCause;
  /** The wait that AWS asked for, in ms. */
  readonly retryAfter?: number;
  /** AWS's id of the request, if there was an answer. */
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** A call that failed: the account is unknown, never empty (promise 4). */
export class RootAccessFailure extends Error {
  override readonly name = 'RootAccessFailure';
  readonly unknownCause: UnknownCause;
  readonly refused: boolean;
  readonly retryable: RetryableCause | undefined;
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    unknownCause: UnknownCause,
    message: string,
    { refused = false, retryable, retryAfter, requestId, cause }: RootAccessFailureFacts = {},
  ) {
    super(message, { cause });
    this.unknownCause = unknownCause;
    this.refused = refused;
    this.retryable = retryable ?? (refused ? undefined : 'transient');
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}

/** The enabled features, or why IAM does not return them. */
export type FeatureAnswer =
  | { readonly kind: 'listed'; readonly enabled: ReadonlySet<RootFeature> }
  | { readonly kind: 'trusted-access-off' }
  /** The caller's account is neither the management account nor a delegated administrator for IAM. */
  | { readonly kind: 'wrong-account' };

export type StsAnswer =
  | { readonly kind: 'yes' }
  | { readonly kind: 'not-yet'; readonly message: string }
  /** The caller has no permission to open root sessions. */
  | { readonly kind: 'not-told'; readonly message: string };

export interface ControlPolicyName {
  /** `p-…` */
  readonly id: string;
  readonly name: string;
}

/** Single reads and changes for `doctor` and `enable`. Every method throws RootsweepError. */
export interface Prerequisites {
  /** The caller and the offset of AWS's clock. */
  readonly identity: () => Promise<Pick<Caller, 'arn' | 'account'> & Pick<Opened, 'clockOffset'>>;
  /** Undefined if the calling account belongs to no organization. */
  readonly organization: () => Promise<
    { readonly organization: Organization; readonly hasAllFeatures: boolean } | undefined
  >;
  readonly features: () => Promise<FeatureAnswer>;
  /** Whether IAM has trusted access. */
  readonly trustedAccess: () => Promise<boolean>;
  /** Ids of the delegated administrators for IAM. */
  readonly delegatedAdministrators: () => Promise<readonly string[]>;
  /** The service control policies without those that AWS manages, which deny nothing. */
  readonly controlPolicies: () => Promise<readonly ControlPolicyName[]>;
  /** The document as its author wrote it. */
  readonly controlPolicyContent: (id: string) => Promise<string>;
  /** Ids of the roots, units and accounts to which a policy is attached. */
  readonly controlPolicyTargets: (id: string) => Promise<readonly string[]>;
  /** Both return once IAM and Organizations show the change; it takes effect in AssumeRoot minutes later. */
  readonly enableTrustedAccess: () => Promise<void>;
  readonly enableFeature: (feature: RootFeature) => Promise<void>;
  /** Whether a feature took effect in AssumeRoot: opens a root session without using it. */
  readonly isKnownToSts: (feature: RootFeature, account: string, partition: string) => Promise<StsAnswer>;
}
