import type { KeyObject } from 'node:crypto';
import { KEY_SPECS } from '../state/key-spec.js';
import { readPrivateKey } from './kms-keys.js';
import type { KmsKeySpec, Scenario } from './scenario.js';
import type { Defect } from './scenario-error.js';

/** Finds KMS keys that are ambiguous (duplicate id or alias) or impossible as described. */
export function* findKmsKeyDefects({ kmsKeys = [], organization }: Scenario): Iterable<Defect> {
  const seen = new Set<string>();
  for (const [index, spec] of kmsKeys.entries()) {
    const account = spec.account ?? organization?.managementAccount ?? '111111111111';
    for (const member of ['id', 'alias'] as const) {
      const name = spec[member];
      if (name === undefined) continue;
      if (seen.has(`${account} ${name}`)) {
        yield {
          path: ['kmsKeys', index, member],
          sentence: `"${name}" belongs to another key of account ${account}`,
        };
      }
      seen.add(`${account} ${name}`);
    }
    for (const { path, sentence } of findKindDefects(spec)) {
      yield { path: ['kmsKeys', index, ...path], sentence };
    }
  }
}

function* findKindDefects({ spec = 'ECC_NIST_P256', usage, privateKey }: KmsKeySpec): Iterable<Defect> {
  const { usages, pair } = KEY_SPECS[spec];
  if (usage !== undefined && !usages.includes(usage)) {
    yield { path: ['usage'], sentence: `A key of the spec ${spec} is for ${usages.join(' or ')} only` };
  }
  if (privateKey === undefined) return;
  if (pair === undefined) {
    yield { path: ['privateKey'], sentence: 'A symmetric key has no private half' };
  } else if (curveOf(privateKey) !== pair.curve.name) {
    // The message does not repeat the value, which may be a real private key.
    yield {
      path: ['privateKey'],
      sentence: `It is no private key of the curve ${pair.curve.jwk} in PKCS #8, as PEM or base64`,
    };
  }
}

function curveOf(privateKey: string): string | undefined {
  let key: KeyObject;
  try {
    key = readPrivateKey(privateKey);
  } catch {
    return undefined;
  }
  return key.asymmetricKeyDetails?.namedCurve;
}
