/** An S3 bucket or SQS queue, reduced to its policy. */
export interface Resource {
  readonly kind: 'bucket' | 'queue';
  readonly arn: string;
  /** Bucket names are globally unique; queue names are unique per account and region. */
  readonly name: string;
  /** The owner: twelve digits. */
  readonly account: string;
  readonly region: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** The exact text that was set; undefined without a policy. Mutable for tests, like an account. */
  policy: string | undefined;
  /** The previous policy, which reads show until a given time (milliseconds since the epoch). */
  stale?: { readonly until: number; readonly policy: string | undefined };
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

export function queueArn(region: string, account: string, name: string): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

/** The policy that reads show at this time. */
export function visiblePolicy({ policy, stale }: Resource, now: Date): string | undefined {
  return stale !== undefined && stale.until > now.getTime() ? stale.policy : policy;
}

/** @param visibleAt milliseconds since the epoch. */
export function changePolicy(
  resource: Resource,
  policy: string | undefined,
  now: Date,
  visibleAt: number,
): void {
  resource.stale = { until: visibleAt, policy: visiblePolicy(resource, now) };
  resource.policy = policy;
}
