import { describeKey } from './describe-key.js';
import { getPublicKey } from './get-public-key.js';
import { sign } from './sign.js';

export const KMS_OPERATIONS = {
  DescribeKey: describeKey,
  GetPublicKey: getPublicKey,
  Sign: sign,
};
