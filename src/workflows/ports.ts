/** What the workflows want of the world, in words of the domain. `aws/` and `files/` provide it; tests imitate it. */

import type { Account, Organization } from '../core/account/organization.js';
import type { Action } from '../core/action/action.js';
import type { Credential, CredentialName, UnknownCause } from '../core/action/credentials.js';
import type { RootFeature } from '../core/action/plan-kind.js';
import type { ResourceName } from '../core/action/resource-name.js';
import type { Standing } from '../core/action/standing.js';
import type { JournalRecord } from '../core/apply/journal.js';
import type { RetryableCause } from '../core/base/retry-policy.js';
import type { Seen } from '../core/plan/drift.js';

/** Who calls, and for which organization: established once, before anything else. */
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
   * @param feature that the root sessions to come need; `RootCredentialsManagement` unless given.
   * @throws RootsweepError where anything is missing that every plan and apply needs.
   */
  readonly open: (feature?: RootFeature) => Promise<Opened>;
  /** Every account, page by page; the first is asked for at once. */
  readonly accounts: () => AsyncIterable<readonly Account[]>;
  /** One account as it is now; undefined where it is not in the organization. */
  readonly account: (id: string) => Promise<Account | undefined>;
  /** Ids and names of the organizational units right below a root or unit. */
  readonly unitsBelow: (parent: string) => Promise<ReadonlyMap<string, string>>;
  readonly tags: (account: string) => Promise<Readonly<Record<string, string>>>;
}

export type Task = 'audit' | 'delete';

export interface RootAccess {
  /**
   * Opens a root session in a member account for one task.
   * @throws RootAccessFailure; RootsweepError INTERRUPTED where somebody asked to stop, as every method of a session
   * does before it has changed anything.
   */
  readonly open: (account: string, task: Task) => Promise<RootSession>;
}

/** Fifteen minutes of a member account's root user, restricted to one task. Every method throws RootAccessFailure. */
export interface RootSession {
  /** Access key id of the session: joins CloudTrail's logs, opens nothing. */
  readonly accessKeyId: string;
  /** Whether AWS's summary of the account reports any root credential. Audit sessions only. */
  readonly holdsAny: () => Promise<boolean>;
  /** Every root credential of all four kinds, after proving that the session is in the intended account. */
  readonly list: () => Promise<readonly Credential[]>;
  /** `absent`: AWS says there is no such credential, which is for the caller to prove. */
  readonly delete: (credential: CredentialName) => Promise<Answered & { readonly answer: 'done' | 'absent' }>;
  /** When it was created; undefined where it is not there. */
  readonly find: (credential: CredentialName) => Promise<Answered & { readonly created: string | undefined }>;
}

/**
 * Fifteen minutes of a member account's root user, for the planned actions of the account. Every method throws
 * RootAccessFailure.
 */
export interface ActionSession {
  /** Access key id of the session: joins CloudTrail's logs, opens nothing. */
  readonly accessKeyId: string;
  /** All that the plan is compared with. Nothing counts as absent unless AWS itself says so. */
  readonly observe: () => Promise<Seen>;
  /** Requested once, and not again without another look. `absent`: AWS says that there is no such credential. */
  readonly perform: (action: Action) => Promise<Answered & { readonly answer: 'done' | 'absent' }>;
  /** What stands in the place of one action. */
  readonly find: (action: Action) => Promise<Answered & { readonly standing: Standing }>;
}

export interface ActionAccess {
  /**
   * Opens a root session for the actions of an account, which one task policy allows.
   * @throws RootAccessFailure; RootsweepError INTERRUPTED as `RootAccess.open`.
   */
  readonly open: (account: string, actions: readonly Action[]) => Promise<ActionSession>;
}

/** The policies of buckets and queues that shut everybody out but the root user of the account. */
export interface ResourceAccess {
  /**
   * Opens a root session in a member account for the policy of one bucket or queue, and finds it there.
   * @throws RootAccessFailure
   */
  readonly open: (account: string, resource: ResourceName) => Promise<ResourceAnswer>;
}

export type ResourceAnswer =
  | { readonly kind: 'found'; readonly session: ResourceSession }
  /** AWS says that the account has no such bucket, or no such queue in the region. */
  | { readonly kind: 'missing'; readonly accessKeyId: string };

/** Fifteen minutes in which one policy may be read and changed. Every method throws RootAccessFailure. */
export interface ResourceSession {
  /** Access key id of the session: joins CloudTrail's logs, opens nothing. */
  readonly accessKeyId: string;
  readonly arn: string;
  readonly region: string;
  /** The text of the policy as AWS gives it; undefined only where AWS says that there is none. */
  readonly read: () => Promise<Answered & { readonly policy: string | undefined }>;
  /** Sent once. Succeeds too where there is no policy. */
  readonly remove: () => Promise<Answered>;
  /** Sent once. What AWS gives back afterwards means the same, and may be written otherwise. */
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

/** What is known of a failed call besides its cause. */
export interface RootAccessFailureFacts {
  /**
   * AWS said no, so that nothing happened. Otherwise a deletion may have had its effect: there was no answer, or one
   * that nobody can read.
   */
  readonly refused?: boolean;
  /** What can pass, so that the same may succeed later. Without it, what AWS refused stays refused. */
  readonly retryable?: RetryableCause;
  /** What AWS asked for before the next try, in ms. */
  readonly retryAfter?: number;
  /** AWS's id of the request, where there was an answer. */
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** A call that did not say what the account holds, or did not delete: the account is unknown, never empty. */
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

/** What IAM says of the features, or why it says nothing. */
export type FeatureAnswer =
  | { readonly kind: 'listed'; readonly enabled: ReadonlySet<RootFeature> }
  | { readonly kind: 'trusted-access-off' }
  /** The caller's account is neither the management account nor a delegated administrator for IAM. */
  | { readonly kind: 'wrong-account' };

export type StsAnswer =
  | { readonly kind: 'yes' }
  | { readonly kind: 'not-yet'; readonly message: string }
  /** The caller may not open root sessions, so that STS tells it nothing. */
  | { readonly kind: 'not-told'; readonly message: string };

export interface ControlPolicyName {
  /** `p-…` */
  readonly id: string;
  readonly name: string;
}

/** What `doctor` and `enable` ask, one thing at a time. Every method throws RootsweepError. */
export interface Prerequisites {
  /** Who calls, and how far AWS's clock is ahead of this machine's, in ms. */
  readonly identity: () => Promise<Pick<Caller, 'arn' | 'account'> & Pick<Opened, 'clockOffset'>>;
  /** Undefined where the calling account belongs to no organization. */
  readonly organization: () => Promise<
    { readonly organization: Organization; readonly hasAllFeatures: boolean } | undefined
  >;
  readonly features: () => Promise<FeatureAnswer>;
  /** Whether IAM has trusted access. */
  readonly trustedAccess: () => Promise<boolean>;
  /** Accounts that administer IAM for the organization. */
  readonly delegatedAdministrators: () => Promise<readonly string[]>;
  /** The service control policies of the organization, without those that AWS manages, which deny nothing. */
  readonly controlPolicies: () => Promise<readonly ControlPolicyName[]>;
  /** JSON, as somebody wrote it. */
  readonly controlPolicyContent: (id: string) => Promise<string>;
  /** Ids of the roots, units and accounts to which a policy is attached. */
  readonly controlPolicyTargets: (id: string) => Promise<readonly string[]>;
  /** Both return once IAM and Organizations show it; AssumeRoot learns of it minutes later. */
  readonly enableTrustedAccess: () => Promise<void>;
  readonly enableFeature: (feature: RootFeature) => Promise<void>;
  /** Whether AssumeRoot goes by a feature: a root session is opened, and never used. */
  readonly isKnownToSts: (feature: RootFeature, account: string, partition: string) => Promise<StsAnswer>;
}
