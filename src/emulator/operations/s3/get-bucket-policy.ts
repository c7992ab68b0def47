import { AwsError } from '../../aws-error.js';
import { visiblePolicy } from '../../state/resource.js';
import { bucketOperation } from './bucket-operation.js';

/** S3 may return a policy in an equivalent form; the emulator returns the text as it was set. */
export const getBucketPolicy = bucketOperation('GetBucketPolicy', {}, (call, bucket) => {
  const policy = visiblePolicy(bucket, call.now);
  if (policy === undefined) {
    throw new AwsError('NoSuchBucketPolicy', 404, 'The bucket policy does not exist', {
      BucketName: bucket.name,
    });
  }
  return { output: { Policy: policy } };
});
