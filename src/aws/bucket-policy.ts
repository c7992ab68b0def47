/** Reads and changes a bucket policy, in a root session of the owner account. */
import {
  type Bucket,
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { BucketName } from '../core/action/resource-name.js';
import type { Send } from './call.js';
import { explainInSession, incomplete, nonsense } from './explain-session.js';
import { classifyError, requestIdOf } from './failures.js';
import { PageTokens } from './page-tokens.js';
import { requirePolicy, requireReceipt } from './require-policy.js';
import type { FoundResource, ResourceContext } from './resource-access.js';

/** Buckets per page. */
const PAGE = 1000;

/**
 * Finds a bucket; undefined if the account owns none of this name. ListBuckets returns only the account's own buckets,
 * in all regions, and includes their regions if the request has a parameter. Source: S3 API reference, `ListBuckets`.
 * @throws RootAccessFailure
 */
export async function findBucket(
  { config, calls, partition, account }: ResourceContext,
  { name }: BucketName,
): Promise<FoundResource | undefined> {
  // Path style works at every endpoint, including those without DNS names below their own.
  const open = (region: string) => new S3Client({ ...config, region, forcePathStyle: true });
  const anywhere = open(config.region);
  const found = await findListed(name, async (ContinuationToken) => {
    const command = new ListBucketsCommand({ Prefix: name, MaxBuckets: PAGE, ContinuationToken });
    try {
      return await calls.call((options) => anywhere.send(command, options));
    } catch (error) {
      throw explainInSession(error, 'ListBuckets');
    }
  });
  if (found === undefined) return undefined;
  const { BucketRegion: region } = found;
  if (region === undefined) throw incomplete('ListBuckets', 'the region of the bucket');
  const client = open(region);
  const bucket = { Bucket: name, ExpectedBucketOwner: account };

  /** Sends a change once; check the state before sending it again. */
  const change = async (operation: string, send: Send<unknown>) => {
    try {
      return requireReceipt(operation, requestIdOf(await calls.callOnce(send)));
    } catch (error) {
      throw explainInSession(error, operation);
    }
  };

  return {
    arn: `arn:${partition}:s3:::${name}`,
    region,

    read: async () => {
      const operation = 'GetBucketPolicy';
      try {
        const answer = await calls.call((options) =>
          client.send(new GetBucketPolicyCommand(bucket), options),
        );
        const receipt = requireReceipt(operation, requestIdOf(answer));
        return { ...receipt, policy: requirePolicy(operation, answer.Policy) };
      } catch (error) {
        const { code, refused } = classifyError(error);
        // Only this code means that there is no policy, whatever the status (promise 4).
        if (refused && code === 'NoSuchBucketPolicy') {
          return { ...requireReceipt(operation, requestIdOf(error)), policy: undefined };
        }
        throw explainInSession(error, operation);
      }
    },

    remove: () =>
      change('DeleteBucketPolicy', (options) => client.send(new DeleteBucketPolicyCommand(bucket), options)),

    replace: (policy) =>
      change('PutBucketPolicy', (options) =>
        client.send(new PutBucketPolicyCommand({ ...bucket, Policy: policy }), options),
      ),
  };
}

interface BucketPage {
  readonly Buckets?: Bucket[] | undefined;
  readonly ContinuationToken?: string | undefined;
}

async function findListed(
  name: string,
  read: (token: string | undefined) => Promise<BucketPage>,
): Promise<Bucket | undefined> {
  const tokens = new PageTokens();
  let token: string | undefined;
  do {
    const page = await read(token);
    if (page.Buckets === undefined) throw incomplete('ListBuckets', 'Buckets');
    const found = page.Buckets.find(({ Name }) => Name === name);
    if (found !== undefined) return found;
    token = page.ContinuationToken;
    const fault = tokens.findFault(token);
    if (fault !== undefined) throw nonsense('ListBuckets', fault);
  } while (token !== undefined);
  return undefined;
}
