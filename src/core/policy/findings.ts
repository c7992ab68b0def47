/** The findings: meaning, default severity and fix. Schemas and documentation are generated from these rows. */

import type { GuardedKind } from '../action/credentials.js';

/** Strictest first. */
export const SEVERITIES = ['block', 'warn', 'info'] as const;

/** `block` stops the plan, or only the account (`blocking` of the policy); `warn` and `info` are only shown. */
export type Severity = (typeof SEVERITIES)[number];

export function strictest(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other) ? one : other;
}

interface FindingRow {
  /** The default. */
  readonly severity: Severity;
  /** When the finding is made: its description in the schema of policies. */
  readonly condition: string;
  /** Without a full stop. */
  readonly title: string;
  /** Why it matters, in one or two sentences. */
  readonly meaning: string;
  /** What to do, in one or two sentences. */
  readonly fix: string;
}

/** Codes are never renamed or reused. */
export const FINDINGS = {
  'access-key-present': {
    severity: 'block',
    condition: "The account's root user has an access key that the policy does not delete.",
    title: 'The root user has an access key',
    meaning:
      'Something may still call AWS with this key, as the root user. Once it is deleted, it cannot be brought back.',
    fix: 'Find out what uses it (the finding says when and where it was last used) and give that a role. Then set the finding to "warn", add "access-key" to "delete" and say in "guards" or "waivers" why it may go; or exclude the account.',
  },
  'signing-certificate-present': {
    severity: 'block',
    condition: "The account's root user has a signing certificate that the policy does not delete.",
    title: 'The root user has a signing certificate',
    meaning: 'Something may still sign requests with it. Once it is deleted, it cannot be brought back.',
    fix: 'Find out what uses it. Then set the finding to "warn", add "signing-certificate" to "delete" and name it in "waivers"; or exclude the account.',
  },
  'deletion-guarded': {
    severity: 'block',
    condition:
      'delete names the kind of an access key or a signing certificate, and no guard nor waiver lets it go. Whatever the severity, it is not deleted.',
    title: 'The policy guards a credential that it deletes otherwise',
    meaning:
      'It was used too recently, or nobody knows when it was last used, and no waiver of the policy names it: it stays.',
    fix: 'Find out what uses it, and wait until it is unused for as long as the policy says; or name it in a waiver, with the reason.',
  },
  'root-used-recently': {
    severity: 'warn',
    condition:
      'A root credential of the account was used within the last days (90, unless days says otherwise).',
    title: 'The root user was at work lately',
    meaning: 'Somebody or something signs in as the root user, or calls AWS with its key.',
    fix: 'Ask the owners of the account what for, and give them a role that can do it; or exclude the account until they have one.',
  },
  'audit-unknown': {
    severity: 'block',
    condition:
      'The audit of the account failed. Whatever the severity, nothing is deleted in such an account.',
    title: 'The account could not be looked at',
    meaning: 'Nobody knows what its root user holds. Unknown is not empty: nothing is deleted in it.',
    fix: 'Do what the cause asks for (the message names it), and plan again; or exclude the account.',
  },
  'account-not-active': {
    severity: 'info',
    condition: 'The account is suspended, pending or closed. Nothing is deleted in it.',
    title: 'The account is not active',
    meaning: 'AWS opens no root session in an account that is suspended, closing, closed or pending.',
    fix: 'Nothing, if that is meant. Otherwise reactivate the account, and plan again.',
  },
  'password-without-mfa': {
    severity: 'warn',
    condition: "The account's root user has a password and no MFA device.",
    title: 'The root user has a password and no MFA device',
    meaning: 'Whoever knows the password, or can read the e-mail of the account, is its root user.',
    fix: 'Let the plan delete the password; or add an MFA device if the account must keep it.',
  },
  'mfa-without-password': {
    severity: 'info',
    condition: "The account's root user has an MFA device and no password.",
    title: 'The root user has an MFA device and no password',
    meaning: 'The device protects nothing until the password is recovered by e-mail.',
    fix: 'Nothing; the plan may delete the device.',
  },
  'exclusion-ended': {
    severity: 'warn',
    condition:
      'The last day of the exclusion that matches the account has passed. Nothing is deleted in the account.',
    title: 'An exclusion has ended',
    meaning: 'The account is still excluded, but the day until which that was meant to hold is over.',
    fix: 'Renew the exclusion in the policy, or take it out.',
  },
  'selector-unmatched': {
    severity: 'block',
    condition:
      'A selector matches no account. In an exclusion that may be a mistyped account that somebody meant to protect.',
    title: 'A rule of the policy matches no account',
    meaning: 'It may be a mistyped account that somebody meant to protect.',
    fix: 'Correct the rule, or take it out.',
  },
  'limit-exceeded': {
    severity: 'block',
    condition: 'The plan would touch more accounts than limits allows.',
    title: 'The plan touches more accounts than the policy allows',
    meaning: 'The limits of the policy bound what one plan can destroy.',
    fix: 'Narrow "include", or raise "limits" in the policy.',
  },
  'policy-loosened': {
    severity: 'warn',
    condition:
      "The policy lets more be deleted than the one in git's main branch. The stricter severity of the two policies counts.",
    title: 'The policy lets more happen than the one in the main branch',
    meaning: 'More is deleted, or sooner, or with less to stop it, than what was reviewed and merged.',
    fix: 'Review and merge the policy first, and plan again; or accept the change with open eyes.',
  },
  'policy-not-locking': {
    severity: 'warn',
    condition:
      'A plan of "rootsweep unlock" changes a policy that does not deny everyone, or that rootsweep cannot judge.',
    title: 'The policy to unlock does not deny everyone',
    meaning:
      'A root session may not be needed: an identity of the account may still be allowed to change the policy.',
    fix: 'Change the policy with an identity of the account; or accept the finding if none can.',
  },
  'replacement-locking': {
    severity: 'warn',
    condition:
      'The new policy in a plan of "rootsweep unlock" denies everyone, too, or rootsweep cannot judge it.',
    title: 'The new policy may deny everyone, too',
    meaning: 'Applying the plan may leave the bucket or the queue locked.',
    fix: 'Correct the replacement, and plan again.',
  },
} as const satisfies Readonly<Record<`${GuardedKind}-present`, FindingRow>> &
  Readonly<Record<string, FindingRow>>;

export type FindingCode = keyof typeof FINDINGS;

/** In the order of the schemas and of reports. */
export const FINDING_CODES = Object.keys(FINDINGS) as readonly FindingCode[];
