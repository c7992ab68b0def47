/**
 * The controls about the root user that auditors ask for, and how an audit answers each of them for one account.
 *
 * Numbers and titles: "Security Hub controls for IAM" in AWS's Security Hub user guide, whose "Related requirements"
 * name the recommendation of each edition of the CIS AWS Foundations Benchmark.
 */
import type { Credential, Observation } from '../action/credentials.js';

export const CONTROL_IDS = ['IAM.4', 'IAM.6', 'IAM.9'] as const;
/** The id in AWS Security Hub. */
export type ControlId = (typeof CONTROL_IDS)[number];

export interface Control {
  readonly id: ControlId;
  readonly title: string;
  /** Recommendations of the CIS AWS Foundations Benchmark that ask for the same, by edition. */
  readonly cis: Readonly<Record<'v5.0.0' | 'v3.0.0' | 'v1.4.0' | 'v1.2.0', string>>;
  readonly source: string;
  /** When an account meets it, by what an audit can know. */
  readonly judgedBy: string;
}

const GUIDE = 'https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html';

export const CONTROLS: readonly Control[] = [
  {
    id: 'IAM.4',
    title: 'IAM root user access key should not exist',
    cis: { 'v5.0.0': '1.3', 'v3.0.0': '1.4', 'v1.4.0': '1.4', 'v1.2.0': '1.12' },
    source: `${GUIDE}#iam-4`,
    judgedBy: 'Met where the root user has no access key, active or inactive.',
  },
  {
    id: 'IAM.6',
    title: 'Hardware MFA should be enabled for the root user',
    cis: { 'v5.0.0': '1.5', 'v3.0.0': '1.6', 'v1.4.0': '1.6', 'v1.2.0': '1.14' },
    source: `${GUIDE}#iam-6`,
    judgedBy:
      'Met where the root user has MFA devices, and none of them is virtual by its serial number. Does not apply where it has no password.',
  },
  {
    id: 'IAM.9',
    title: 'MFA should be enabled for the root user',
    cis: { 'v5.0.0': '1.4', 'v3.0.0': '1.5', 'v1.4.0': '1.5', 'v1.2.0': '1.13' },
    source: `${GUIDE}#iam-9`,
    judgedBy: 'Met where the root user has an MFA device. Does not apply where it has no password.',
  },
];

export const CONTROL_RESULTS = ['met', 'not-met', 'not-applicable', 'not-known'] as const;

/**
 * `not-applicable`: there is no root password to sign in with. The CIS benchmark says of MFA that it is neither
 * possible nor necessary where root credentials are removed from a member account (v5.0.0, 1.5).
 * `not-known`: not audited, or the audit failed; never read as `met` (promise 4).
 */
export type ControlResult = (typeof CONTROL_RESULTS)[number];

/** @param observation absent if the account was not audited. */
export function judgeControls(observation: Observation | undefined): Record<ControlId, ControlResult> {
  if (observation?.kind !== 'audited')
    return { 'IAM.4': 'not-known', 'IAM.6': 'not-known', 'IAM.9': 'not-known' };
  const { credentials } = observation;
  const ofKind = (kind: Credential['kind']) => credentials.filter((credential) => credential.kind === kind);
  return {
    'IAM.4': ofKind('access-key').length === 0 ? 'met' : 'not-met',
    ...judgeMfa(ofKind('password').length > 0, ofKind('mfa-device')),
  };
}

function judgeMfa(
  password: boolean,
  devices: readonly Credential[],
): Record<'IAM.6' | 'IAM.9', ControlResult> {
  if (!password) return { 'IAM.6': 'not-applicable', 'IAM.9': 'not-applicable' };
  if (devices.length === 0) return { 'IAM.6': 'not-met', 'IAM.9': 'not-met' };
  const forms = devices.map(({ id = '' }) => formOf(id));
  const hardware = forms.includes('virtual') ? 'not-met' : forms.includes('other') ? 'not-known' : 'met';
  return { 'IAM.6': hardware, 'IAM.9': 'met' };
}

/**
 * By the serial number, the only fact that ListMFADevices returns: `arn:…:mfa/…` of a virtual device, `arn:…:u2f/…` of a
 * passkey or security key, a bare serial of a hardware token (IAM API reference, AWS CLI examples of list-mfa-devices).
 */
function formOf(serial: string): 'virtual' | 'key' | 'token' | 'other' {
  const [, resource] = /^arn:[^:]*:iam::\d{12}:(\w+)\//.exec(serial) ?? [];
  if (resource === 'mfa') return 'virtual';
  if (resource === 'u2f') return 'key';
  return /^\w{9,}$/.test(serial) ? 'token' : 'other';
}
