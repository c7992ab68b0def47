/** Reads and changes a queue policy, in a root session of the owner account. */
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueName } from '../core/action/resource-name.js';
import { RootAccessFailure } from '../workflows/ports.js';
import { explainInSession, incomplete } from './explain-session.js';
import { classifyError, requestIdOf } from './failures.js';
import { requirePolicy, requireReceipt } from './require-policy.js';
import type { FoundResource, ResourceContext } from './resource-access.js';

/** SQS's codes for a missing queue: in its model, and in the older Query protocol. */
const MISSING = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];

/**
 * Finds a queue in the given region, or in the caller's region if none is given; undefined if the account has none of
 * this name.
 * @throws RootAccessFailure
 */
export async function findQueue(
  { config, calls, partition, account }: ResourceContext,
  { name, region = config.region }: QueueName,
): Promise<FoundResource | undefined> {
  // Never send requests to a URL from user input or from an answer.
  const client = new SQSClient({ ...config, region, useQueueUrlAsEndpoint: false });
  const arn = `arn:${partition}:sqs:${region}:${account}:${name}`;
  const url = await findUrl();
  if (url === undefined) return undefined;

  async function findUrl(): Promise<string | undefined> {
    try {
      const answer = await calls.call((options) =>
        client.send(new GetQueueUrlCommand({ QueueName: name }), options),
      );
      if (answer.QueueUrl === undefined) throw incomplete('GetQueueUrl', 'QueueUrl');
      if (!answer.QueueUrl.endsWith(`/${account}/${name}`)) throw mismatch(answer.QueueUrl, arn);
      return answer.QueueUrl;
    } catch (error) {
      const { code, refused } = classifyError(error);
      if (refused && MISSING.includes(code)) return undefined;
      throw explainInSession(error, 'GetQueueUrl');
    }
  }

  /** An empty text removes the policy. Sent once; check the state before sending it again. */
  async function set(policy: string) {
    const operation = 'SetQueueAttributes';
    const command = new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: policy } });
    try {
      return requireReceipt(
        operation,
        requestIdOf(await calls.callOnce((options) => client.send(command, options))),
      );
    } catch (error) {
      throw explainInSession(error, operation);
    }
  }

  return {
    arn,
    region,

    read: async () => {
      const operation = 'GetQueueAttributes';
      try {
        const answer = await calls.call((options) =>
          client.send(
            new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['Policy', 'QueueArn'] }),
            options,
          ),
        );
        const { Policy, QueueArn } = answer.Attributes ?? {};
        // Every queue has an ARN. Only an answer that contains it proves, by omitting `Policy`, that there is no
        // policy.
        if (QueueArn === undefined) throw incomplete(operation, 'QueueArn');
        if (QueueArn !== arn) throw mismatch(QueueArn, arn);
        const receipt = requireReceipt(operation, requestIdOf(answer));
        return { ...receipt, policy: Policy === undefined ? undefined : requirePolicy(operation, Policy) };
      } catch (error) {
        throw explainInSession(error, operation);
      }
    },

    remove: () => set(''),
    replace: (policy) => set(policy),
  };
}

function mismatch(answered: string, arn: string): RootAccessFailure {
  return new RootAccessFailure('session-mismatch', `SQS answered for "${answered}" instead of "${arn}"`);
}
