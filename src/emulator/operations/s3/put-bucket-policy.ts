import { AwsError } from '../../aws-error.js';
import { parseIamPolicy } from '../../policy/document.js';
import { requiredText } from '../fields.js';
import { bucketOperation } from './bucket-operation.js';

/** "Bucket policies are limited to 20 KB in size." */
const LONGEST_POLICY = 20 * 1024;

export const putBucketPolicy = bucketOperation(
  'PutBucketPolicy',
  { Policy: requiredText({}) },
  (_call, { account, arn }, { Policy: policy }) => {
    checkPolicy(policy);
    return { effect: { kind: 'resource-policy-set', account, resource: arn, policy } };
  },
);

/** Checks that the policy is JSON with statements. S3 also checks that principals and actions exist. */
function checkPolicy(text: string): void {
  if (!text.startsWith('{')) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  if (Buffer.byteLength(text) > LONGEST_POLICY) {
    // Code and text are not documented.
    throw new AwsError('PolicyTooLarge', 400, 'Policy exceeds the maximum allowed document size.');
  }
  if (parseIamPolicy(text) === undefined) throw malformed('This policy contains invalid Json');
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicy', 400, message);
}
