import { AwsError } from '../../aws-error.js';
import { parseIamPolicy } from '../../policy/document.js';
import { requiredTextMap } from '../fields.js';
import { operation } from '../operation.js';
import { invalidAttributeName } from './attributes.js';
import { accountOfUrl, findByUrl, queueUrl } from './queues.js';

/** The emulator supports only the `Policy` attribute and rejects others. An empty policy removes it. */
export const setQueueAttributes = operation({
  input: { QueueUrl: queueUrl, Attributes: requiredTextMap },
  account: (input) => accountOfUrl(input.QueueUrl),
  run(call, { QueueUrl, Attributes }) {
    const { account, arn } = findByUrl(call, 'SetQueueAttributes', QueueUrl);
    const unknown = Object.keys(Attributes).find((name) => name !== 'Policy');
    if (unknown !== undefined) throw invalidAttributeName(unknown);
    const { Policy: policy } = Attributes;
    if (policy === undefined) return {};
    if (policy === '') return { effect: { kind: 'resource-policy-removed', account, resource: arn } };
    if (parseIamPolicy(policy) === undefined) {
      throw new AwsError('InvalidAttributeValue', 400, 'Invalid value for the parameter Policy.');
    }
    return { effect: { kind: 'resource-policy-set', account, resource: arn, policy } };
  },
});
