import { AwsError } from '../../aws-error.js';
import { type KmsKey, keyArn } from '../../state/kms-key.js';

/**
 * Throws DisabledException or KMSInvalidStateException unless the key is enabled. "Key states of AWS KMS keys" in the
 * Developer Guide says which one; the text is adapted from a captured one about another state.
 */
export function requireEnabled(key: KmsKey, region: string): void {
  const arn = keyArn(region, key);
  switch (key.state) {
    case 'Enabled':
      return;
    case 'Disabled':
      throw new AwsError('DisabledException', 400, `${arn} is disabled.`);
    case 'PendingDeletion':
      throw new AwsError('KMSInvalidStateException', 400, `${arn} is pending deletion.`);
    default:
      key.state satisfies never;
  }
}
