import { AwsError } from '../../aws-error.js';
import { deriveBytes } from '../../random.js';
import { decide, denial } from '../authorize.js';
import { optionalInteger, optionalText } from '../fields.js';
import { operation } from '../operation.js';
import { pageByName } from '../page-by-name.js';
import { checkRegion } from './check-region.js';

const LONGEST_PAGE = 10_000;

/**
 * Lists the caller's own buckets in every region, by name. Regions are included only if the request has a parameter.
 */
export const listBuckets = operation({
  input: {
    MaxBuckets: optionalInteger({ min: 1, max: LONGEST_PAGE }),
    ContinuationToken: optionalText({ max: 1024 }),
    Prefix: optionalText({}),
    BucketRegion: optionalText({}),
  },
  run(call, input) {
    checkRegion(call);
    const { world, endpointRegion } = call;
    const { account } = call.principal;
    const action = 's3:ListAllMyBuckets';
    const decision = decide(call, action, 'arn:aws:s3:::*');
    if (decision.kind !== 'allowed') throw denial(call, action, '"arn:aws:s3:::*"', decision);

    const { MaxBuckets: size = LONGEST_PAGE, ContinuationToken: token, Prefix, BucketRegion } = input;
    if (BucketRegion !== undefined && BucketRegion !== endpointRegion) {
      // AWS documents that this is not supported, but neither code nor text.
      throw invalidArgument('bucket-region');
    }
    const buckets = [...world.resources.values()]
      .filter((resource) => resource.kind === 'bucket' && resource.account === account)
      .filter(({ name }) => name.startsWith(Prefix ?? ''))
      .filter(({ region }) => BucketRegion === undefined || region === BucketRegion);
    const { page, next } = pageByName(world, buckets, {
      listing: `buckets ${account}`,
      token,
      size,
      invalidToken: () => invalidArgument('continuation-token'),
    });
    const isAsked = Object.values(input).some((value) => value !== undefined);
    return {
      output: {
        Owner: { ID: deriveBytes(world.seed, `canonical id ${account}`).toString('hex').slice(0, 64) },
        Buckets: page.map(({ name, created, region, arn }) => ({
          Name: name,
          CreationDate: new Date(created),
          ...(isAsked && { BucketRegion: region, BucketArn: arn }),
        })),
        ContinuationToken: next,
        Prefix,
      },
    };
  },
});

/** The code is S3's; the text is not captured. */
function invalidArgument(name: string): AwsError {
  return new AwsError('InvalidArgument', 400, `The argument ${name} is invalid`, { ArgumentName: name });
}
