import type { IamPolicyDocument } from '../../policy/document.js';
import { hashToUnit } from '../../random.js';
import { bucketArn, queueArn, type Resource } from '../resource.js';
import { toSeconds } from './root-credentials.js';

/** An S3 bucket. */
export interface BucketSpec {
  /** Unique among all buckets of the scenario. */
  readonly name: string;
  readonly region?: string | undefined;
  /** The policy as text, or as a document to serialize. Default: no policy. */
  readonly policy?: string | IamPolicyDocument | null;
}

/** An SQS queue. */
export interface QueueSpec {
  /** Unique per account and region. */
  readonly name: string;
  readonly region?: string | undefined;
  /** The policy as text, or as a document to serialize. Default: no policy. */
  readonly policy?: string | IamPolicyDocument | null;
}

/** The region of a bucket or queue that names none. */
export const DEFAULT_REGION = 'us-east-1';

/** The owner of a resource, and the seed that generated values derive from. */
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

/** A text is kept as it is; a document becomes JSON without whitespace. */
function policyText(policy: BucketSpec['policy']): string | undefined {
  if (policy === undefined || policy === null) return undefined;
  return typeof policy === 'string' ? policy : JSON.stringify(policy);
}

/** A date from 2020 to 2024. */
function createdDate(seed: number, arn: string): string {
  const days = Math.floor(hashToUnit(seed, `created ${arn}`) * 5 * 365);
  return toSeconds(new Date(Date.UTC(2020, 0, 1) + days * 86_400_000));
}
