/**
 * Policies of the few forms that are searched. Each is a value: YAML is made of it for the tool, and the judge reads the
 * value, so that nothing of the tool stands between what the policy means and what is judged.
 */
import fc from 'fast-check';
import type { EmulatedCredentialKind } from '../../src/emulator/state/account.js';

import { BUSY_KEY, CERTIFICATE } from './accounts.js';

export const WAIT = '2h';
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
  readonly delete: readonly EmulatedCredentialKind[];
  /** Days for which a key must not have been used. */
  readonly unusedFor: number;
  /** Keys and certificates that are waived, `kind id`. */
  readonly waived: readonly string[];
  /** How much it weighs that a guard keeps what the policy would delete. */
  readonly guarded: 'block' | 'warn';
  /** How much an access key or a certificate weighs. */
  readonly present: 'block' | 'warn';
  /** How much an audit that failed weighs. */
  readonly unknown: 'block' | 'warn';
  /** How much an exclusion that matches no account weighs. */
  readonly unmatched: 'block' | 'warn';
  /** How much an account that is not active weighs. */
  readonly notActive: 'block' | 'info';
  readonly blocking: 'organization' | 'account';
  readonly limits: { readonly accounts?: number; readonly percent?: number };
  /** How long a plan waits after its last signature; nothing: not at all. */
  readonly notBefore: '' | typeof WAIT;
  /** Numbers of accounts, or shares: `50%`. */
  readonly waves: readonly (number | string)[];
  readonly stopAfterFailures: number;
}

/** What a policy may waive, of what accounts may hold. */
const WAIVABLE = [`signing-certificate ${CERTIFICATE}`, `access-key ${BUSY_KEY}`];

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
    delete: fc.constantFrom<EmulatedCredentialKind[]>(
      ['password', 'mfa-device'],
      ['password', 'mfa-device'],
      ['access-key', 'signing-certificate', 'password', 'mfa-device'],
      ['password'],
      ['access-key', 'password', 'mfa-device'],
    ),
    unusedFor: fc.constantFrom(1, 90, 2_000),
    waived: fc.constantFrom<string[]>([], [], WAIVABLE, WAIVABLE, WAIVABLE, WAIVABLE.slice(1)),
    guarded: fc.constantFrom('block', 'warn', 'warn', 'warn'),
    present: fc.constantFrom('block', 'warn', 'warn', 'warn', 'warn', 'warn'),
    unknown: fc.constantFrom('block', 'warn'),
    unmatched: fc.constantFrom('block', 'warn'),
    notActive: fc.constantFrom('block', 'info', 'info', 'info'),
    blocking: fc.constantFrom('organization', 'account', 'account', 'account'),
    limits: fc.constantFrom({}, {}, {}, {}, { accounts: 3 }, { percent: 60 }, { percent: 40 }),
    notBefore: fc.constantFrom('', '', '', '', WAIT),
    waves: fc.constantFrom([1, 10, '100%'], [1, 2, '100%'], ['50%', '100%'], ['100%'], ['100%']),
    stopAfterFailures: fc.constantFrom(1, 1, 2, 100),
  });
}

/** One key on a line; what JSON writes is YAML. */
export function renderPolicy(policy: Policy): string {
  const { include, exclude, waived, present, unknown, blocking, limits, notBefore } = policy;
  const { waves, stopAfterFailures } = policy;
  const waivers = waived
    .map((name) => name.split(' ') as [EmulatedCredentialKind, string])
    .filter(([kind]) => policy.delete.includes(kind))
    .map(([kind, id]) => ({ [kind]: id, reason: 'replaced', until: '2026-12-31' }));
  const document = {
    version: 1,
    organization: ORGANIZATION,
    ...(include.length === 0 ? {} : { include }),
    ...(exclude.length === 0 ? {} : { exclude: exclude.map((it) => ({ ...it, reason: 'kept' })) }),
    delete: policy.delete,
    guards: { 'access-key': { unusedFor: `${policy.unusedFor}d` } },
    ...(waivers.length === 0 ? {} : { waivers }),
    findings: {
      'deletion-guarded': policy.guarded,
      'access-key-present': present,
      'signing-certificate-present': present,
      'audit-unknown': unknown,
      'selector-unmatched': { exclude: policy.unmatched, include: 'warn' },
      'account-not-active': policy.notActive,
    },
    blocking,
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(notBefore === '' ? {} : { notBefore }),
    rollout: { waves, stopAfterFailures },
  };
  return Object.entries(document)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}
