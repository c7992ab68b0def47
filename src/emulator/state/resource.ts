/** A bucket of S3 or a queue of SQS, as far as its policy is concerned. */
export interface Resource {
  readonly kind: 'bucket' | 'queue';
  readonly arn: string;
  /** Of a bucket, the only one of this name in the world; of a queue, in its account and region. */
  readonly name: string;
  /** The account that owns it: twelve digits. */
  readonly account: string;
  readonly region: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** The text as somebody wrote it; undefined where there is no policy. Mutable on purpose, like an account. */
  policy: string | undefined;
  /** Until a moment (milliseconds since the epoch) reads show the policy as it was before a change. */
  stale?: { readonly until: number; readonly policy: string | undefined };
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

export function queueArn(region: string, account: string, name: string): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

/** The policy as a read at this moment shows it. */
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
