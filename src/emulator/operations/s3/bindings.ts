import type { HttpBinding } from '../../wire/http-binding.js';

const POLICY = {
  path: '/{Bucket}',
  subresource: 'policy',
  headers: { ExpectedBucketOwner: 'x-amz-expected-bucket-owner' },
} as const;

export const S3_BINDINGS: Readonly<Record<string, HttpBinding>> = {
  ListBuckets: {
    method: 'GET',
    path: '/',
    query: {
      MaxBuckets: 'max-buckets',
      ContinuationToken: 'continuation-token',
      Prefix: 'prefix',
      BucketRegion: 'bucket-region',
    },
    responseBody: { element: 'ListAllMyBucketsResult' },
  },
  GetBucketPolicy: { ...POLICY, method: 'GET', responseBody: { member: 'Policy' } },
  PutBucketPolicy: { ...POLICY, method: 'PUT', requestBody: 'Policy' },
  DeleteBucketPolicy: { ...POLICY, method: 'DELETE' },
};
