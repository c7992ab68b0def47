import { KEY_SPECS } from '../../state/key-spec.js';
import type { KmsKey } from '../../state/kms-key.js';
import type { Structure } from '../../wire/value.js';

/** The key type fields of every description. `CustomerMasterKeySpec` is the old name of `KeySpec`. */
export function describeKind(key: KmsKey): Structure {
  const { spec, usage } = key;
  return { CustomerMasterKeySpec: spec, KeySpec: spec, KeyUsage: usage, ...describeAlgorithms(key) };
}

function describeAlgorithms({ spec, usage }: KmsKey): Structure {
  switch (usage) {
    case 'SIGN_VERIFY':
      return { SigningAlgorithms: [KEY_SPECS[spec].pair?.algorithm ?? spec] };
    case 'KEY_AGREEMENT':
      return { KeyAgreementAlgorithms: ['ECDH'] };
    case 'ENCRYPT_DECRYPT':
      return { EncryptionAlgorithms: [spec] };
  }
}
