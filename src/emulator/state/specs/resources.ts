import type { IamPolicyDocument } from '../../policy/document.js';
import { hashToUnit } from '../../random.js';
import { bucketArn, queueArn, type Resource } from '../resource.js';
import { toSeconds } from './root-credentials.js';

/** A bucket of S3. */
export interface BucketSpec {
  /** Unique in the world. */
  readonly name: string;
  readonly region?: string | undefined;
  /** Its text, or a document that is written as one. None unless given. */
  readonly policy?: string | IamPolicyDocument | null;
}

/** A queue of SQS. */
export interface QueueSpec {
  /** Unique in its account and region. */
  readonly name: string;
  readonly region?: string | undefined;
  /** Its text, or a document that is written as one. None unless given. */
  readonly policy?: string | IamPolicyDocument | null;
}

/** Where a bucket or queue is of which nothing is said. */
export const DEFAULT_REGION = 'us-east-1';

/** Whose resources are made up, and from what seed. */
interface Owner {
  readonly seed: number;
  /** Twelve digits. */
  readonly account: string;
}

export function resolveBucket(
  { seed, account }: Owner,
  { name, region = DEFAULT_REGION, policy }: BucketSpec,
): Resource {
  const arn = bucketArn(name);
  const created = createdDate(seed, arn);
  return { kind: 'bucket', arn, name, account, region, created, policy: policyText(policy) };
}

export function resolveQueue(
  { seed, account }: Owner,
  { name, region = DEFAULT_REGION, policy }: QueueSpec,
): Resource {
  const arn = queueArn(region, account, name);
  const created = createdDate(seed, arn);
  return { kind: 'queue', arn, name, account, region, created, policy: policyText(policy) };
}

/** A text stands as it is; a document is written without blanks. */
function policyText(policy: BucketSpec['policy']): string | undefined {
  if (policy === undefined || policy === null) return undefined;
  return typeof policy === 'string' ? policy : JSON.stringify(policy);
}

/** Some day from 2020 to 2024. */
function createdDate(seed: number, arn: string): string {
  const days = Math.floor(hashToUnit(seed, `created ${arn}`) * 5 * 365);
  return toSeconds(new Date(Date.UTC(2020, 0, 1) + days * 86_400_000));
}
