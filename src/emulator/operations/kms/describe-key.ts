import { type KmsKey, keyArn } from '../../state/kms-key.js';
import type { Structure } from '../../wire/value.js';
import { operation } from '../operation.js';
import { authorizeKms } from './authorize-kms.js';
import { describeKind } from './describe-kind.js';
import { accountOfKey, findKey, keyId } from './key-id.js';

const DAY = 86_400_000;

/** Works in every key state. */
export const describeKey = operation({
  input: { KeyId: keyId },
  account: (input) => accountOfKey(input.KeyId),
  run(call, input) {
    const key = findKey(call, 'DescribeKey', input.KeyId);
    authorizeKms(call, 'DescribeKey', key, input.KeyId);
    const arn = keyArn(call.region, key);
    return {
      output: {
        KeyMetadata: {
          AWSAccountId: key.account,
          KeyId: key.id,
          Arn: arn,
          CreationDate: new Date(key.created),
          Enabled: key.state === 'Enabled',
          Description: '',
          KeyState: key.state,
          DeletionDate: deletionDate(key, call.now),
          Origin: 'AWS_KMS',
          KeyManager: 'CUSTOMER',
          ...describeKind(key),
          ...describeRegions(key, arn, call.region),
        },
      },
    };
  },
});

/** 29 to 30 days from now: scenarios give no date, and 30 days is the default waiting period of KMS. */
function deletionDate({ state }: KmsKey, now: Date): Date | undefined {
  if (state !== 'PendingDeletion') return undefined;
  return new Date((Math.floor(now.getTime() / DAY) + 30) * DAY);
}

/** The key exists in every region, so each region describes its own as the primary key. */
function describeRegions({ id }: KmsKey, arn: string, region: string): Structure {
  if (!id.startsWith('mrk-')) return { MultiRegion: false };
  const here = { Arn: arn, Region: region };
  return {
    MultiRegion: true,
    MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', PrimaryKey: here, ReplicaKeys: [] },
  };
}
