/** Counts in words. */
import { CREDENTIALS, type CredentialKind, SHOWN_KINDS } from '../../core/action/credentials.js';

export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `2 passwords, 1 MFA device, 0 access keys, 0 signing certificates`, including zeros. */
export function countCredentials(
  counts: Readonly<Record<CredentialKind, number>>,
  kinds = SHOWN_KINDS,
): string {
  return kinds.map((kind) => plural(counts[kind], CREDENTIALS[kind].one, CREDENTIALS[kind].many)).join(', ');
}

/** `2 passwords, 1 MFA device`, without zeros. */
export function countPresent(counts: Readonly<Record<CredentialKind, number>>): string {
  return countCredentials(
    counts,
    SHOWN_KINDS.filter((kind) => counts[kind] > 0),
  );
}
