import { createPrivateKey, type KeyObject } from 'node:crypto';
import { derivePrivateKey } from '../elliptic-curve.js';
import { deriveBytes, hashToUnit } from '../random.js';
import { KEY_SPECS, type KeySpec } from '../state/key-spec.js';
import type { KmsKey } from '../state/kms-key.js';
import { toSeconds } from '../state/specs/root-credentials.js';
import type { KmsKeySpec, Scenario } from './scenario.js';

/** Creates the keys of a scenario. Throws for a private key that `findKmsKeyDefects` rejects. */
export function resolveKmsKeys(
  { kmsKeys = [] }: Scenario,
  managementAccount: string,
  seed: number,
): readonly KmsKey[] {
  return kmsKeys.map((given, index) => {
    const { alias, account = managementAccount, spec = 'ECC_NIST_P256', state = 'Enabled' } = given;
    const id = given.id ?? generateId(seed, index);
    return {
      id,
      alias,
      account,
      usableBy: new Set(given.usableBy),
      spec,
      usage: given.usage ?? KEY_SPECS[spec].usages[0],
      state,
      created: createdDate(seed, id),
      privateKey: resolvePrivateKey(given, spec, seed, `${account} ${id}`),
    };
  });
}

function resolvePrivateKey(
  { privateKey }: KmsKeySpec,
  spec: KeySpec,
  seed: number,
  label: string,
): KeyObject | undefined {
  const { pair } = KEY_SPECS[spec];
  if (pair === undefined) return undefined;
  if (privateKey !== undefined) return readPrivateKey(privateKey);
  return derivePrivateKey(pair.curve, deriveBytes(seed, `kms key ${label}`));
}

/** Reads PKCS #8 as PEM or base64 DER. Throws the errors of node:crypto. */
export function readPrivateKey(text: string): KeyObject {
  return text.includes('-----BEGIN')
    ? createPrivateKey(text)
    : createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
}

/** Returns an id in UUID format. */
function generateId(seed: number, index: number): string {
  const hex = deriveBytes(seed, `kms key id ${index}`).toString('hex');
  return [0, 8, 12, 16, 20].map((from, part) => hex.slice(from, [8, 12, 16, 20, 32][part])).join('-');
}

/** A date in 2024. */
function createdDate(seed: number, id: string): string {
  const days = Math.floor(hashToUnit(seed, `kms key created ${id}`) * 366);
  return toSeconds(new Date(Date.UTC(2024, 0, 1) + days * 86_400_000));
}
