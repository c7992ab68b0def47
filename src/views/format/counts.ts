/** Counts in words. */
import type { CredentialKind } from '../../core/action/credentials.js';

const NAMES: Readonly<Record<CredentialKind, readonly [one: string, many: string]>> = {
  password: ['password', 'passwords'],
  'mfa-device': ['MFA device', 'MFA devices'],
  'access-key': ['access key', 'access keys'],
  'signing-certificate': ['signing certificate', 'signing certificates'],
};

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `2 passwords, 1 MFA device, 0 access keys, 0 signing certificates`, including zeros. */
export function countCredentials(
  counts: Readonly<Record<CredentialKind, number>>,
  kinds = Object.keys(NAMES) as readonly CredentialKind[],
): string {
  return kinds.map((kind) => plural(counts[kind], ...NAMES[kind])).join(', ');
}

/** `2 passwords, 1 MFA device`, without zeros. */
export function countPresent(counts: Readonly<Record<CredentialKind, number>>): string {
  const kinds = Object.keys(NAMES) as CredentialKind[];
  return countCredentials(
    counts,
    kinds.filter((kind) => counts[kind] > 0),
  );
}
