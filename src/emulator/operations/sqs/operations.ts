import { getQueueAttributes } from './get-queue-attributes.js';
import { getQueueUrl } from './get-queue-url.js';
import { listQueues } from './list-queues.js';
import { setQueueAttributes } from './set-queue-attributes.js';

export const SQS_OPERATIONS = {
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListQueues: listQueues,
  SetQueueAttributes: setQueueAttributes,
};
