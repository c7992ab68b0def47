/** An account of the emulated organization and the credentials of its root user. Times are ISO 8601 in UTC. */

export type EmulatedState = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
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

/** Access keys, signing certificates, login profiles (`password`) and MFA devices. */
export type EmulatedCredentialKind = 'password' | 'mfa-device' | 'access-key' | 'signing-certificate';

/** The id is the access key id, certificate id or MFA serial number; a password has none. */
export interface EmulatedCredentialName {
  readonly kind: EmulatedCredentialKind;
  readonly id?: string;
}

/** Mutable, so that tests and demos can change accounts while a client runs. */
export interface EmulatedAccount extends RootCredentials {
  /** Twelve digits. */
  readonly id: string;
  name: string;
  email: string;
  state: EmulatedState;
  /** Id of the parent unit or root. Change it with `moveAccount`, which updates the indexes. */
  parent: string;
  tags: Record<string, string>;
  readonly joined: string;
  readonly joinedMethod: JoinedMethod;
  /** False once the account has left the organization. */
  member: boolean;
  /** Changes that reads do not show yet. */
  readonly staleness: Staleness[];
}

/** A change that reads do not show until a given time (milliseconds since the epoch). */
export interface Staleness {
  readonly until: number;
  readonly change: 'deleted' | 'created';
  readonly credential: EmulatedCredentialName;
  /** A deleted credential that reads still show. */
  readonly record?: Password | MfaDevice | AccessKey | SigningCertificate;
}
