import { AwsError } from '../../aws-error.js';
import { findUnknownOperator } from '../../policy/condition.js';
import { type IamPolicyDocument, parseIamPolicy } from '../../policy/document.js';
import { FULL_ACCESS } from '../../state/service-control-policy.js';
import { optionalText } from '../fields.js';
import { operation } from '../operation.js';
import { authorizeOrganizations } from './authorize-organizations.js';
import { describeWhole, findPolicy, policyId } from './policies.js';

/** The quota "Maximum size of a policy document" for service control policies, in characters. */
const LONGEST_DOCUMENT = 10_240;

/** Changes the name or content of a policy, everywhere it is attached. */
export const updatePolicy = operation({
  input: {
    PolicyId: policyId,
    Name: optionalText({ min: 1, max: 128 }),
    Description: optionalText({ max: 512 }),
    Content: optionalText({ min: 1 }),
  },
  run(call, input) {
    authorizeOrganizations(call, 'UpdatePolicy', 'management');
    const policy = findPolicy(call.world, input.PolicyId);
    if (policy.id === FULL_ACCESS.id) {
      throw new AwsError('InvalidInputException', 400, "AWS managed policies can't be modified.", {
        Reason: 'IMMUTABLE_POLICY',
      });
    }
    const document = input.Content === undefined ? policy.document : parseDocument(input.Content);
    const updated = { ...policy, name: input.Name ?? policy.name, document };
    return { output: describeWhole(updated), effect: { kind: 'policy-updated', policy: updated } };
  },
});

/**
 * Throws MalformedPolicyDocumentException for an invalid policy and for conditions that the emulator does not support.
 * The code is AWS's; its texts are not documented.
 */
function parseDocument(content: string): IamPolicyDocument {
  if (content.length > LONGEST_DOCUMENT) {
    throw new AwsError(
      'ConstraintViolationException',
      400,
      'The policy content exceeds the maximum length.',
      {
        Reason: 'POLICY_CONTENT_LIMIT_EXCEEDED',
      },
    );
  }
  const document = parseIamPolicy(content);
  if (document === undefined || findUnknownOperator(document) !== undefined) {
    throw new AwsError(
      'MalformedPolicyDocumentException',
      400,
      'The provided policy document does not meet the requirements of the specified policy type.',
    );
  }
  return document;
}
