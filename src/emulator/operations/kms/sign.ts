import { createHash } from 'node:crypto';
import { AwsError } from '../../aws-error.js';
import { signDigest } from '../../elliptic-curve.js';
import { BASE32 } from '../../random.js';
import { KEY_SPECS } from '../../state/key-spec.js';
import { type KmsKey, keyArn } from '../../state/kms-key.js';
import { optionalChoice, optionalFlag, requiredBlob, requiredChoice } from '../fields.js';
import { type Call, operation } from '../operation.js';
import { authorizeKms } from './authorize-kms.js';
import { accountOfKey, findKey, keyId } from './key-id.js';
import { requireEnabled } from './require-enabled.js';

/** All algorithms of KMS, including those that no key here supports. */
const ALGORITHMS = [
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
  'SM2DSA',
  'ML_DSA_SHAKE_256',
  'ED25519_SHA_512',
  'ED25519_PH_SHA_512',
];

/** Error texts are captured from AWS unless noted. */
export const sign = operation({
  input: {
    KeyId: keyId,
    Message: requiredBlob({ min: 1, max: 4096 }),
    MessageType: optionalChoice(['RAW', 'DIGEST', 'EXTERNAL_MU']),
    SigningAlgorithm: requiredChoice(ALGORITHMS),
    DryRun: optionalFlag,
  },
  account: (input) => accountOfKey(input.KeyId),
  run(call, input) {
    const { Message: message, MessageType: type = 'RAW', SigningAlgorithm: algorithm } = input;
    const key = findKey(call, 'Sign', input.KeyId);
    authorizeKms(call, 'Sign', key, input.KeyId, {
      'kms:messagetype': type,
      'kms:signingalgorithm': algorithm,
    });
    requireEnabled(key, call.region);
    const { privateKey, pair } = requireSigning(call, key, algorithm);
    const digest = type === 'RAW' ? createHash(pair.hash).update(message).digest() : message;
    if (type === 'EXTERNAL_MU') {
      // No text for elliptic curves is known.
      throw validation(`Message type ${type} is incompatible with key spec ${key.spec}.`);
    }
    if (digest.length !== pair.curve.size) {
      throw validation(`Digest is invalid length for algorithm ${algorithm}.`);
    }
    if (input.DryRun) {
      throw new AwsError(
        'DryRunOperationException',
        400,
        'The request would have succeeded, but the DryRun option is set.',
      );
    }
    const signature = signDigest(pair.curve, privateKey, digest, call.world.random.text(16, BASE32));
    return {
      output: {
        KeyId: keyArn(call.region, key),
        Signature: signature.toString('base64'),
        SigningAlgorithm: algorithm,
      },
    };
  },
});

/** Throws InvalidKeyUsageException. Checks the usage before the algorithm. */
function requireSigning({ region }: Call, key: KmsKey, algorithm: string) {
  const { spec, usage, privateKey } = key;
  const { pair } = KEY_SPECS[spec];
  if (usage !== 'SIGN_VERIFY' || privateKey === undefined || pair === undefined) {
    throw invalidUsage(`${keyArn(region, key)} key usage is ${usage} which is not valid for Sign.`);
  }
  if (pair.algorithm !== algorithm) {
    throw invalidUsage(`Algorithm ${algorithm} is incompatible with key spec ${spec}.`);
  }
  return { privateKey, pair };
}

function invalidUsage(message: string): AwsError {
  return new AwsError('InvalidKeyUsageException', 400, message);
}

function validation(message: string): AwsError {
  return new AwsError('ValidationException', 400, message);
}
