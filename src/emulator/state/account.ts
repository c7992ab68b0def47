/** An account of the emulated organization and the credentials of its root user. Times are ISO 8601 in UTC. */

export type AccountState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
export type JoinedMethod = 'CREATED' | 'INVITED';

export interface Password {
  readonly created: string;
  readonly lastUsed?: string;
}

export interface MfaDevice {
  readonly serial: string;
  readonly enabled: string;
}

export interface AccessKey {
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly created: string;
  readonly lastUsed?: { readonly at: string; readonly service: string; readonly region: string };
}

export interface SigningCertificate {
  readonly id: string;
  readonly status: 'Active' | 'Inactive';
  readonly uploaded: string;
  /** PEM. */
  readonly body: string;
}

export interface RootCredentials {
  password: Password | undefined;
  mfaDevices: MfaDevice[];
  accessKeys: AccessKey[];
  signingCertificates: SigningCertificate[];
}

/** What AWS calls an access key, a certificate, a login profile and an MFA device. */
export type CredentialKind = 'password' | 'mfa-device' | 'access-key' | 'signing-certificate';

/** The id is the access key id, the certificate id or the MFA serial number; a password has none. */
export interface CredentialName {
  readonly kind: CredentialKind;
  readonly id?: string;
}

/** Mutable on purpose: tests and demonstrations change accounts under the feet of a running client. */
export interface Account extends RootCredentials {
  /** Twelve digits. */
  readonly id: string;
  name: string;
  email: string;
  state: AccountState;
  /** Id of the organizational unit or root right above. Change it with `moveAccount`, which keeps the indexes. */
  parent: string;
  tags: Record<string, string>;
  readonly joined: string;
  readonly joinedMethod: JoinedMethod;
  /** False once the account has left the organization. */
  member: boolean;
  /** Changes that reads do not show yet. */
  readonly staleness: Staleness[];
}

/** Until a moment (milliseconds since the epoch) reads show the root credentials as they were before a change. */
export interface Staleness {
  readonly until: number;
  readonly change: 'deleted' | 'created';
  readonly credential: CredentialName;
  /** The deleted credential, which reads still show. */
  readonly record?: Password | MfaDevice | AccessKey | SigningCertificate;
}
