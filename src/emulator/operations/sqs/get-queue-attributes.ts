import type { Resource } from '../../state/resource.js';
import { visiblePolicy } from '../../state/resource.js';
import type { Structure } from '../../wire/value.js';
import { optionalTexts } from '../fields.js';
import { operation } from '../operation.js';
import { invalidAttributeName } from './attributes.js';
import { accountOfUrl, findByUrl, queueUrl } from './queues.js';

/** Requested attributes that the queue does not have are omitted, including `Policy`. */
export const getQueueAttributes = operation({
  input: { QueueUrl: queueUrl, AttributeNames: optionalTexts },
  account: (input) => accountOfUrl(input.QueueUrl),
  run(call, { QueueUrl, AttributeNames = [] }) {
    const queue = findByUrl(call, 'GetQueueAttributes', QueueUrl);
    const all = describe(queue, call.now);
    const unknown = AttributeNames.find((name) => name !== 'All' && !Object.hasOwn(all, name));
    if (unknown !== undefined) throw invalidAttributeName(unknown);
    const wanted = Object.entries(all).filter(
      ([name, value]) =>
        value !== undefined && (AttributeNames.includes('All') || AttributeNames.includes(name)),
    );
    return { output: wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) } };
  },
});

/** The attributes of a new, empty queue. */
function describe(queue: Resource, now: Date): Structure {
  const created = String(Date.parse(queue.created) / 1000);
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: '30',
    MaximumMessageSize: '262144',
    MessageRetentionPeriod: '345600',
    DelaySeconds: '0',
    Policy: visiblePolicy(queue, now),
    RedrivePolicy: undefined,
    ReceiveMessageWaitTimeSeconds: '0',
    KmsMasterKeyId: undefined,
    KmsDataKeyReusePeriodSeconds: undefined,
    FifoQueue: queue.name.endsWith('.fifo') ? 'true' : undefined,
    ContentBasedDeduplication: queue.name.endsWith('.fifo') ? 'false' : undefined,
    DeduplicationScope: undefined,
    FifoThroughputLimit: undefined,
    RedriveAllowPolicy: undefined,
    SqsManagedSseEnabled: 'true',
  };
}
