import { AwsError } from '../../aws-error.js';
import { visiblePolicy } from '../../state/resource.js';
import { bucketOperation } from './bucket-operation.js';

/** S3 may give a policy back in another form than it was put, but of the same meaning; the emulator gives the text. */
export const getBucketPolicy = bucketOperation('GetBucketPolicy', {}, (call, bucket) => {
  const policy = visiblePolicy(bucket, call.now);
  if (policy === undefined) {
    throw new AwsError('NoSuchBucketPolicy', 404, 'The bucket policy does not exist', {
      BucketName: bucket.name,
    });
  }
  return { output: { Policy: policy } };
});
