import { type KmsKey, keyArn } from '../../state/kms-key.js';
import type { Structure } from '../../wire/value.js';
import { operation } from '../operation.js';
import { authorizeKms } from './authorize-kms.js';
import { describeKind } from './describe-kind.js';
import { accountOfKey, findKey, keyId } from './key-id.js';

const DAY = 86_400_000;

/** Works in every state of a key. */
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

/** Between 29 and 30 days away: a scenario does not say when, and 30 days are what KMS waits unless told otherwise. */
function deletionDate({ state }: KmsKey, now: Date): Date | undefined {
  if (state !== 'PendingDeletion') return undefined;
  return new Date((Math.floor(now.getTime() / DAY) + 30) * DAY);
}

/** Every region has the key, so that each of them counts as the primary one. */
function describeRegions({ id }: KmsKey, arn: string, region: string): Structure {
  if (!id.startsWith('mrk-')) return { MultiRegion: false };
  const here = { Arn: arn, Region: region };
  return {
    MultiRegion: true,
    MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY', PrimaryKey: here, ReplicaKeys: [] },
  };
}
