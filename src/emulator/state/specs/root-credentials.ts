import { BASE32, deriveBytes, deriveText, hashToUnit } from '../../random.js';
import type { AccessKey, MfaDevice, Password, RootCredentials, SigningCertificate } from '../account.js';

/** A number stands for that many credentials with generated ids. */
export interface RootSpec {
  readonly password?: boolean | { readonly created?: string; readonly lastUsed?: string };
  readonly mfaDevices?:
    | number
    | readonly (string | { readonly serial?: string; readonly enabled?: string })[];
  readonly accessKeys?: number | readonly (string | AccessKeySpec)[];
  readonly signingCertificates?: number | readonly (string | SigningCertificateSpec)[];
}

export interface AccessKeySpec {
  readonly id?: string;
  readonly status?: 'Active' | 'Inactive';
  readonly created?: string;
  readonly lastUsed?: string | { readonly at: string; readonly service?: string; readonly region?: string };
}

export interface SigningCertificateSpec {
  readonly id?: string;
  readonly status?: 'Active' | 'Inactive';
  readonly uploaded?: string;
}

/** The account of the credentials and the date it was created. All generated values derive from these. */
interface Owner {
  readonly seed: number;
  readonly account: string;
  readonly joined: string;
}

/** Creates root credentials from a spec, with generated values for everything it leaves out. */
export function resolveRootCredentials(owner: Owner, root: RootSpec): RootCredentials {
  return {
    password: resolvePassword(owner, root.password),
    mfaDevices: expand(root.mfaDevices).map((device, index) => resolveMfaDevice(owner, device, index)),
    accessKeys: expand(root.accessKeys).map((key, index) => resolveAccessKey(owner, key, index)),
    signingCertificates: expand(root.signingCertificates).map((certificate, index) =>
      resolveSigningCertificate(owner, certificate, index),
    ),
  };
}

/** A count becomes that many empty entries. A string is an entry with only an id. */
function expand<T extends object>(
  entries: number | readonly (string | T)[] | undefined,
): (string | Partial<T>)[] {
  return typeof entries === 'number' ? Array.from({ length: entries }, () => ({})) : [...(entries ?? [])];
}

function resolvePassword(owner: Owner, password: RootSpec['password']): Password | undefined {
  if (password === undefined || password === false) return undefined;
  const given = password === true ? {} : password;
  return {
    created: given.created ?? owner.joined,
    ...(given.lastUsed !== undefined && { lastUsed: given.lastUsed }),
  };
}

function resolveMfaDevice(
  owner: Owner,
  device: string | { readonly serial?: string; readonly enabled?: string },
  index: number,
): MfaDevice {
  const given = typeof device === 'string' ? { serial: device } : device;
  const name = index === 0 ? 'root-account-mfa-device' : `root-account-mfa-device-${index + 1}`;
  return {
    serial: given.serial ?? `arn:aws:iam::${owner.account}:mfa/${name}`,
    enabled: given.enabled ?? later(owner, `mfa ${index}`),
  };
}

function resolveAccessKey(owner: Owner, key: string | AccessKeySpec, index: number): AccessKey {
  const given = typeof key === 'string' ? { id: key } : key;
  const label = `access key ${owner.account} ${index}`;
  const lastUsed = typeof given.lastUsed === 'string' ? { at: given.lastUsed } : given.lastUsed;
  return {
    id: given.id ?? `AKIA${deriveText(owner.seed, label, 16, BASE32)}`,
    status: given.status ?? 'Active',
    created: given.created ?? later(owner, label),
    ...(lastUsed !== undefined && { lastUsed: { service: 's3', region: 'us-east-1', ...lastUsed } }),
  };
}

function resolveSigningCertificate(
  owner: Owner,
  certificate: string | SigningCertificateSpec,
  index: number,
): SigningCertificate {
  const given = typeof certificate === 'string' ? { id: certificate } : certificate;
  const label = `signing certificate ${owner.account} ${index}`;
  const content = deriveBytes(owner.seed, label).toString('base64');
  return {
    id: given.id ?? deriveText(owner.seed, label, 32, BASE32),
    status: given.status ?? 'Active',
    uploaded: given.uploaded ?? later(owner, label),
    // Not a real certificate: readers of the list do not parse it.
    body: `-----BEGIN CERTIFICATE-----\n${content}\n-----END CERTIFICATE-----`,
  };
}

/** A date in the first 300 days of the account. */
function later({ seed, account, joined }: Owner, label: string): string {
  const days = Math.floor(hashToUnit(seed, `${account} ${label}`) * 300);
  return toSeconds(new Date(Date.parse(joined) + days * 86_400_000));
}

/** ISO 8601 without fractions of a second. */
export function toSeconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
