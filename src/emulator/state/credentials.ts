import type {
  AccessKey,
  EmulatedAccount,
  EmulatedCredentialName,
  MfaDevice,
  Password,
  RootCredentials,
  SigningCertificate,
} from './account.js';

export type CredentialRecord = Password | MfaDevice | AccessKey | SigningCertificate;

/** The record of a credential, or undefined if the account has no such credential. */
export function findCredential(
  root: RootCredentials,
  { kind, id }: EmulatedCredentialName,
): CredentialRecord | undefined {
  switch (kind) {
    case 'password':
      return root.password;
    case 'mfa-device':
      return root.mfaDevices.find((device) => device.serial === id);
    case 'access-key':
      return root.accessKeys.find((key) => key.id === id);
    case 'signing-certificate':
      return root.signingCertificates.find((certificate) => certificate.id === id);
  }
}

export function removeCredential(root: RootCredentials, { kind, id }: EmulatedCredentialName): void {
  switch (kind) {
    case 'password':
      root.password = undefined;
      return;
    case 'mfa-device':
      root.mfaDevices = root.mfaDevices.filter((device) => device.serial !== id);
      return;
    case 'access-key':
      root.accessKeys = root.accessKeys.filter((key) => key.id !== id);
      return;
    case 'signing-certificate':
      root.signingCertificates = root.signingCertificates.filter((certificate) => certificate.id !== id);
      return;
    default:
      kind satisfies never;
  }
}

/**
 * The root credentials that reads show at this time. IAM is eventually consistent: until a change is visible, a deleted
 * credential is still listed and a created one is not. Writes always use the actual state.
 */
export function visibleCredentials(account: EmulatedAccount, now: Date): RootCredentials {
  const stale = account.staleness.filter((entry) => entry.until > now.getTime());
  account.staleness.splice(0, account.staleness.length, ...stale);
  if (stale.length === 0) return account;
  const view: RootCredentials = {
    password: account.password,
    mfaDevices: [...account.mfaDevices],
    accessKeys: [...account.accessKeys],
    signingCertificates: [...account.signingCertificates],
  };
  for (const { change, credential, record } of stale.reverse()) {
    if (change === 'created') removeCredential(view, credential);
    else if (record !== undefined) restoreCredential(view, credential, record);
  }
  return view;
}

function restoreCredential(
  root: RootCredentials,
  name: EmulatedCredentialName,
  record: CredentialRecord,
): void {
  if (findCredential(root, name) !== undefined) return;
  if ('serial' in record) root.mfaDevices.push(record);
  else if ('body' in record) root.signingCertificates.push(record);
  else if ('status' in record) root.accessKeys.push(record);
  else root.password = record;
}

/** Copies the actual root credentials of an account, whatever reads show. */
export function copyCredentials(root: RootCredentials): RootCredentials {
  return {
    password: root.password,
    mfaDevices: [...root.mfaDevices],
    accessKeys: [...root.accessKeys],
    signingCertificates: [...root.signingCertificates],
  };
}
