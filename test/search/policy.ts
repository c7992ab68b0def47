/**
 * Policies of the few forms that are searched. Each is a value: YAML is made of it for the tool, and the judge reads the
 * value, so that nothing of the tool stands between what the policy means and what is judged.
 */
import fc from 'fast-check';
import type { CredentialKind } from '../../src/emulator/state/account.js';

export const ORGANIZATION = 'o-searchedorg';

/** All that is given must hold. */
export interface Selector {
  readonly account?: string;
  /** With `*` at its end, or without. */
  readonly name?: string;
  /** With a double asterisk at its end, or without. */
  readonly ou?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Policy {
  /** Empty: every account. */
  readonly include: readonly Selector[];
  readonly exclude: readonly Selector[];
  readonly delete: readonly CredentialKind[];
  /** How much an access key or a certificate weighs. */
  readonly present: 'block' | 'warn';
  /** How much an audit that failed weighs. */
  readonly unknown: 'block' | 'warn';
  readonly blocking: 'organization' | 'account';
  readonly limits: { readonly accounts?: number; readonly percent?: number };
  /** Numbers of accounts, or shares: `50%`. */
  readonly waves: readonly (number | string)[];
  readonly stopAfterFailures: number;
}

/** @param someone an account that an exclusion may name. */
export function policies(someone: string): fc.Arbitrary<Policy> {
  return fc.record<Policy>({
    include: fc.oneof(
      { weight: 6, arbitrary: fc.constant([]) },
      {
        weight: 3,
        arbitrary: fc.constantFrom<Selector[]>(
          [{ ou: '/Workloads/**' }],
          [{ tags: { stage: 'prod' } }, { ou: '/' }, { ou: '/Sandbox' }],
          [{ ou: '/Workloads/**', tags: { stage: 'dev' } }, { name: 'shop' }],
        ),
      },
    ),
    exclude: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      {
        weight: 3,
        arbitrary: fc.constantFrom<Selector[]>(
          [{ account: someone }],
          [{ name: 'legacy-*' }],
          [{ ou: '/Sandbox' }, { tags: { stage: 'dev' } }],
        ),
      },
    ),
    delete: fc.constantFrom<CredentialKind[]>(
      ['password', 'mfa-device'],
      ['password', 'mfa-device'],
      ['access-key', 'signing-certificate', 'password', 'mfa-device'],
      ['password'],
      ['access-key', 'password', 'mfa-device'],
    ),
    present: fc.constantFrom('block', 'warn', 'warn', 'warn', 'warn', 'warn'),
    unknown: fc.constantFrom('block', 'warn'),
    blocking: fc.constantFrom('organization', 'account', 'account', 'account'),
    limits: fc.constantFrom({}, {}, {}, {}, { accounts: 3 }, { percent: 60 }),
    waves: fc.constantFrom([1, 10, '100%'], [1, 2, '100%'], ['50%', '100%'], ['100%'], ['100%']),
    stopAfterFailures: fc.constantFrom(1, 1, 2, 100),
  });
}

/** One key on a line; what JSON writes is YAML. */
export function renderPolicy(policy: Policy): string {
  const { include, exclude, present, unknown, blocking, limits, waves, stopAfterFailures } = policy;
  const document = {
    version: 1,
    organization: ORGANIZATION,
    ...(include.length === 0 ? {} : { include }),
    ...(exclude.length === 0 ? {} : { exclude: exclude.map((it) => ({ ...it, reason: 'kept' })) }),
    delete: policy.delete,
    findings: {
      'access-key-present': present,
      'signing-certificate-present': present,
      'audit-unknown': unknown,
      'selector-unmatched': 'warn',
    },
    blocking,
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    rollout: { waves, stopAfterFailures },
  };
  return Object.entries(document)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}
