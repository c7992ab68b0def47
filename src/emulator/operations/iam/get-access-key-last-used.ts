import { requiredText } from '../fields.js';
import { operation } from '../operation.js';
import { noSuchEntity, readRootUser } from './root-user.js';

/** An access key id, from IAM's service model. */
export const accessKeyId = requiredText({ min: 16, max: 128, pattern: '[\\w]+' });

export const getAccessKeyLastUsed = operation({
  input: { AccessKeyId: accessKeyId },
  run(call, input) {
    const { accessKeys } = readRootUser(call, 'iam:GetAccessKeyLastUsed', undefined);
    const key = accessKeys.find(({ id }) => id === input.AccessKeyId);
    // AWS does not document the answer for a key that is not the caller's own.
    if (key === undefined) throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`);
    return {
      output: {
        AccessKeyLastUsed: {
          Region: key.lastUsed?.region ?? 'N/A',
          ServiceName: key.lastUsed?.service ?? 'N/A',
          LastUsedDate: key.lastUsed === undefined ? undefined : new Date(key.lastUsed.at),
        },
      },
    };
  },
});
