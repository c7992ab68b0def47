import { optionalText, requiredText } from '../fields.js';
import { operation } from '../operation.js';
import { findByName, urlOf } from './queues.js';

export const getQueueUrl = operation({
  input: { QueueName: requiredText({}), QueueOwnerAWSAccountId: optionalText({}) },
  account: (input) => input.QueueOwnerAWSAccountId,
  run(call, { QueueName, QueueOwnerAWSAccountId = call.principal.account }) {
    return {
      output: { QueueUrl: urlOf(findByName(call, 'GetQueueUrl', QueueOwnerAWSAccountId, QueueName)) },
    };
  },
});
