import { createPublicKey } from 'node:crypto';
import { AwsError } from '../../aws-error.js';
import { keyArn } from '../../state/kms-key.js';
import { operation } from '../operation.js';
import { authorizeKms } from './authorize-kms.js';
import { describeKind } from './describe-kind.js';
import { accountOfKey, findKey, keyId } from './key-id.js';
import { requireEnabled } from './require-enabled.js';

export const getPublicKey = operation({
  input: { KeyId: keyId },
  account: (input) => accountOfKey(input.KeyId),
  run(call, input) {
    const key = findKey(call, 'GetPublicKey', input.KeyId);
    authorizeKms(call, 'GetPublicKey', key, input.KeyId);
    requireEnabled(key, call.region);
    const arn = keyArn(call.region, key);
    if (key.privateKey === undefined) {
      // The code is AWS's; the text is adapted from a captured one about a key's origin.
      throw new AwsError(
        'UnsupportedOperationException',
        400,
        `${arn} key spec is ${key.spec} which is not valid for this operation.`,
      );
    }
    const publicKey = createPublicKey(key.privateKey).export({ format: 'der', type: 'spki' });
    return { output: { KeyId: arn, PublicKey: publicKey.toString('base64'), ...describeKind(key) } };
  },
});
