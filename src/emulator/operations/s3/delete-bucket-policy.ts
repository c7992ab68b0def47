import { bucketOperation } from './bucket-operation.js';

/** Succeeds even if there is no policy. */
export const deleteBucketPolicy = bucketOperation('DeleteBucketPolicy', {}, (_call, bucket) => {
  const { account, arn, policy } = bucket;
  if (policy === undefined) return {};
  return { effect: { kind: 'resource-policy-removed', account, resource: arn } };
});
