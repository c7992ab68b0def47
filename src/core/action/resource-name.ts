/** Parses the names, ARNs and URLs of buckets and queues. */
import { RootsweepError } from '../../errors.js';
import { defined } from '../base/defined.js';
import type { UnlockAction } from './action.js';

export interface BucketName {
  readonly kind: 'bucket';
  readonly name: string;
}

export interface QueueName {
  readonly kind: 'queue';
  readonly name: string;
  /** From an ARN or a URL; otherwise the caller's region applies. */
  readonly region?: string;
}

export type ResourceName = BucketName | QueueName;

/** The bucket or the queue that an action unlocks. */
export function resourceOf({ kind, name, region }: UnlockAction): ResourceName {
  switch (kind) {
    case 'unlock-bucket':
      return { kind: 'bucket', name };
    case 'unlock-queue':
      return { kind: 'queue', name, region };
  }
}

/** Old buckets have longer names, with capitals and underscores. Source: S3 user guide, "Bucket naming rules". */
const BUCKET = /^(?:arn:[a-z-]+:s3:::|s3:\/\/)?(?<name>[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9])$/;

const QUEUE_NAME = String.raw`(?<name>[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)`;
const QUEUES: readonly RegExp[] = [
  new RegExp(`^${QUEUE_NAME}$`),
  new RegExp(String.raw`^arn:[a-z-]+:sqs:(?<region>[a-z0-9-]+):(?<account>\d{12}):${QUEUE_NAME}$`),
  new RegExp(
    String.raw`^https://sqs\.(?<region>[a-z0-9-]+)\.amazonaws\.com/(?<account>\d{12})/${QUEUE_NAME}$`,
  ),
  // The former format of SQS, which some configurations still have.
  new RegExp(
    String.raw`^https://(?<region>[a-z0-9-]+)\.queue\.amazonaws\.com/(?<account>\d{12})/${QUEUE_NAME}$`,
  ),
];

/**
 * @param text a name, an ARN or an s3:// URL.
 * @throws RootsweepError USAGE
 */
export function parseBucketName(text: string): BucketName {
  const name = BUCKET.exec(text)?.groups?.name;
  if (name !== undefined) return { kind: 'bucket', name };
  throw new RootsweepError('USAGE', `"${text}" is not the name of a bucket`, {
    hint: 'it looks like example-bucket or arn:aws:s3:::example-bucket',
  });
}

/**
 * @param text a name, an ARN or a URL; the latter two hold the account and the region.
 * @throws RootsweepError USAGE, also for a queue of another account.
 */
export function parseQueueName(text: string, account: string): QueueName {
  const found = QUEUES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  const { name, region, account: owner = account } = found ?? {};
  if (name === undefined) {
    throw new RootsweepError('USAGE', `"${text}" is not the name of a queue`, {
      hint: `it looks like orders, arn:aws:sqs:us-east-1:${account}:orders or https://sqs.us-east-1.amazonaws.com/${account}/orders`,
    });
  }
  if (owner !== account) {
    throw new RootsweepError('USAGE', `"${text}" is a queue of account ${owner}, not of ${account}`, {
      hint: 'name the account that owns the queue',
    });
  }
  return defined({ kind: 'queue', name, region });
}
