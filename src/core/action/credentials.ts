/** The root credentials of a member account, their names, and what an audit saw. */

/** In the order of deletion (promise 6): MFA is last, so that no account keeps a password without it. */
export const CREDENTIAL_KINDS = ['access-key', 'signing-certificate', 'password', 'mfa-device'] as const;

export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export function isCredentialKind(kind: string): kind is CredentialKind {
  return (CREDENTIAL_KINDS as readonly string[]).includes(kind);
}

interface CredentialRow {
  readonly one: string;
  readonly many: string;
  /** The heading of a column of counts: in tables, and in CSV. */
  readonly column: string;
  readonly csvColumn: string;
  /** What must allow its deletion besides `delete`: deleting one that is in use breaks its user for good. */
  readonly guard: 'none' | 'waiver' | 'unused-or-waiver';
  /** In the answer of GetAccountSummary: 1 if the root user has any of the kind, otherwise 0. */
  readonly summaryKey: string;
  /** The operations of IAM that read and delete it. */
  readonly reads: readonly string[];
  readonly deletes: string;
}

/** In the order in which they are shown. */
export const CREDENTIALS = {
  password: {
    one: 'password',
    many: 'passwords',
    column: 'PASSWORD',
    csvColumn: 'passwords',
    guard: 'none',
    summaryKey: 'AccountPasswordPresent',
    reads: ['GetUser', 'GetLoginProfile'],
    deletes: 'DeleteLoginProfile',
  },
  'mfa-device': {
    one: 'MFA device',
    many: 'MFA devices',
    column: 'MFA',
    csvColumn: 'mfa_devices',
    guard: 'none',
    summaryKey: 'AccountMFAEnabled',
    reads: ['ListMFADevices'],
    deletes: 'DeactivateMFADevice',
  },
  'access-key': {
    one: 'access key',
    many: 'access keys',
    column: 'KEYS',
    csvColumn: 'access_keys',
    guard: 'unused-or-waiver',
    summaryKey: 'AccountAccessKeysPresent',
    reads: ['ListAccessKeys', 'GetAccessKeyLastUsed'],
    deletes: 'DeleteAccessKey',
  },
  'signing-certificate': {
    one: 'signing certificate',
    many: 'signing certificates',
    column: 'CERTS',
    csvColumn: 'signing_certificates',
    guard: 'waiver',
    summaryKey: 'AccountSigningCertificatesPresent',
    reads: ['ListSigningCertificates'],
    deletes: 'DeleteSigningCertificate',
  },
} as const satisfies Readonly<Record<CredentialKind, CredentialRow>>;

export const SHOWN_KINDS = Object.keys(CREDENTIALS) as readonly CredentialKind[];

/** An account may have several of these, distinguished by their ids. */
export type IdentifiedKind = Exclude<CredentialKind, 'password'>;

export const IDENTIFIED_KINDS = CREDENTIAL_KINDS.filter((kind) => kind !== 'password');

/** Deleted only if a guard or a waiver of the policy allows it. */
export type GuardedKind = {
  [K in CredentialKind]: (typeof CREDENTIALS)[K]['guard'] extends 'none' ? never : K;
}[CredentialKind];

export const GUARDED_KINDS = CREDENTIAL_KINDS.filter(
  (kind): kind is GuardedKind => CREDENTIALS[kind].guard !== 'none',
);

/** The last use of a credential; `never` only if AWS says so. */
export type LastUsed =
  | { readonly kind: 'never' }
  | {
      readonly kind: 'used';
      readonly at: string;
      readonly service?: string;
      readonly region?: string;
    };

/**
 * One root credential. `id` is the access key id, the certificate id or the MFA serial number; an account has at
 * most one password, which has no id. Times are ISO 8601 in UTC, to the second.
 */
export interface Credential {
  readonly kind: CredentialKind;
  readonly id?: string;
  readonly created: string;
  /** Access keys and certificates: `Active`, `Inactive`, and values that AWS may add. */
  readonly status?: string;
  /** Passwords and access keys. */
  readonly lastUsed?: LastUsed;
}

/** What identifies a credential within its account. */
export type CredentialName = Pick<Credential, 'kind' | 'id'>;

/** `password`, or `access-key AKIA…`: unique within an account, for sets and for output. */
export function nameCredential({ kind, id }: CredentialName): string {
  return id === undefined ? kind : `${kind} ${id}`;
}

/** By deletion order, then id: credentials are listed in no other order. */
export function sortCredentials<T extends CredentialName>(credentials: Iterable<T>): T[] {
  return [...credentials].sort(
    (a, b) =>
      CREDENTIAL_KINDS.indexOf(a.kind) - CREDENTIAL_KINDS.indexOf(b.kind) ||
      compareText(a.id ?? '', b.id ?? ''),
  );
}

/** Why an audit failed. `views/plan/unknown-text.ts` has the fix for each. */
export type UnknownCause =
  | 'root-credentials-management-disabled'
  | 'root-sessions-disabled'
  | 'trusted-access-disabled'
  | 'caller-not-allowed'
  | 'denied-by-scp'
  | 'denied-in-session'
  | 'missing-fact'
  | 'session-expired'
  | 'session-mismatch'
  | 'incomplete-answer'
  | 'unreachable'
  | 'aws-error';

/**
 * What an audit saw of an account. `unknown` is never read as `audited` with nothing found (promise 4).
 * `summary` means that GetAccountSummary reported none of the four kinds; `listing` that each kind was listed.
 */
export type Observation =
  | {
      readonly kind: 'audited';
      readonly by: 'summary' | 'listing';
      readonly credentials: readonly Credential[];
    }
  | {
      readonly kind: 'unknown';
      readonly cause: UnknownCause;
      readonly message: string;
    };

/** Code unit order: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Without the name: `Active, created 2019-01-01T00:00:00Z, last used 2024-03-01T10:00:00Z s3 us-east-1`. */
export function describeUse({ status, created, lastUsed }: Omit<Credential, keyof CredentialName>): string {
  const use =
    lastUsed === undefined
      ? undefined
      : lastUsed.kind === 'never'
        ? 'never used'
        : ['last used', lastUsed.at, lastUsed.service, lastUsed.region]
            .filter((it) => it !== undefined)
            .join(' ');
  return [status, `created ${created}`, use].filter((part) => part !== undefined).join(', ');
}

/** Zeros included. */
export function countKinds(credentials: Iterable<CredentialName>): Record<CredentialKind, number> {
  const counts = Object.fromEntries(CREDENTIAL_KINDS.map((kind) => [kind, 0])) as Record<
    CredentialKind,
    number
  >;
  for (const { kind } of credentials) counts[kind] += 1;
  return counts;
}
