import { deleteBucketPolicy } from './delete-bucket-policy.js';
import { getBucketPolicy } from './get-bucket-policy.js';
import { listBuckets } from './list-buckets.js';
import { putBucketPolicy } from './put-bucket-policy.js';

export const S3_OPERATIONS = {
  DeleteBucketPolicy: deleteBucketPolicy,
  GetBucketPolicy: getBucketPolicy,
  ListBuckets: listBuckets,
  PutBucketPolicy: putBucketPolicy,
};
