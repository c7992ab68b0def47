import { AwsError } from '../../aws-error.js';
import { bucketArn, type Resource } from '../../state/resource.js';
import { accessDenied } from '../authorize.js';
import { authorizeResource } from '../authorize-resource.js';
import { type Fields, optionalText, requiredText } from '../fields.js';
import { type Call, type Operation, type OperationResult, operation } from '../operation.js';
import { checkRegion } from './check-region.js';

/** Fields of every bucket operation. */
interface BucketInput {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string | undefined;
}

/** S3 returns the bucket's region in this header with most errors, including denials. */
const REGION_HEADER = 'x-amz-bucket-region';

/**
 * An operation on a bucket policy. Before it runs, checks that the bucket exists, that the endpoint is in its region,
 * and that the caller is allowed. The order matters: S3 reveals a bucket's region to anyone. Bucket policies belong to
 * the owner account; other allowed callers get MethodNotAllowed.
 */
export function bucketOperation<Input>(
  name: string,
  fields: Fields<Input>,
  run: (call: Call, bucket: Resource, input: Input & BucketInput) => OperationResult,
): Operation {
  return operation<Input & BucketInput>({
    input: {
      ...fields,
      Bucket: requiredText({}),
      ExpectedBucketOwner: optionalText({}),
    } as Fields<Input & BucketInput>,
    run(call, input) {
      checkRegion(call);
      const bucket = call.world.resources.get(bucketArn(input.Bucket));
      if (bucket === undefined) {
        throw new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist', {
          BucketName: input.Bucket,
        });
      }
      return withRegion(bucket, () => {
        checkEndpoint(call, bucket);
        checkOwner(call, name, bucket, input.ExpectedBucketOwner);
        return run(call, bucket, input);
      });
    },
  });
}

function withRegion({ region }: Resource, run: () => OperationResult): OperationResult {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, status, message, members, headers } = error;
    throw new AwsError(code, status, message, members, { ...headers, [REGION_HEADER]: region });
  }
}

function checkEndpoint({ endpointRegion }: Call, { name, region }: Resource): void {
  if (region === endpointRegion) return;
  throw new AwsError(
    'PermanentRedirect',
    301,
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    { Endpoint: `${name}.s3.${region}.amazonaws.com`, Bucket: name },
  );
}

function checkOwner(call: Call, name: string, bucket: Resource, expected: string | undefined): void {
  if (expected !== undefined && expected !== bucket.account) throw accessDenied('Access Denied');
  const action = `s3:${name}`;
  authorizeResource(call, action, bucket, { action, resource: `"${bucket.arn}"` });
  if (call.principal.account === bucket.account) return;
  throw new AwsError('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.');
}
