/** What each finding means and what can be done about it: for reports that explain themselves. */
import type { FindingCode } from './policy.js';

export interface FindingHelp {
  /** A title, without a full stop. */
  readonly title: string;
  /** Why it matters, in one or two sentences. */
  readonly meaning: string;
  /** What to do, in one or two sentences. */
  readonly remedy: string;
}

export const FINDING_HELP: Readonly<Record<FindingCode, FindingHelp>> = {
  'access-key-present': {
    title: 'The root user has an access key',
    meaning:
      'Something may still call AWS with this key, as the root user. Once it is deleted, it cannot be brought back.',
    remedy:
      'Find out what uses it (the finding says when and where it was last used) and give that a role. Then set the finding to "warn", add "access-key" to "delete" and say in "guards" or "waivers" why it may go; or exclude the account.',
  },
  'signing-certificate-present': {
    title: 'The root user has a signing certificate',
    meaning: 'Something may still sign requests with it. Once it is deleted, it cannot be brought back.',
    remedy:
      'Find out what uses it. Then set the finding to "warn", add "signing-certificate" to "delete" and name it in "waivers"; or exclude the account.',
  },
  'deletion-guarded': {
    title: 'The policy guards a credential that it deletes otherwise',
    meaning:
      'It was used too recently, or nobody knows when it was last used, and no waiver of the policy names it: it stays.',
    remedy:
      'Find out what uses it, and wait until it is unused for as long as the policy says; or name it in a waiver, with the reason.',
  },
  'root-used-recently': {
    title: 'The root user was at work lately',
    meaning: 'Somebody or something signs in as the root user, or calls AWS with its key.',
    remedy:
      'Ask the owners of the account what for, and give them a role that can do it; or exclude the account until they have one.',
  },
  'audit-unknown': {
    title: 'The account could not be looked at',
    meaning: 'Nobody knows what its root user holds. Unknown is not empty: nothing is deleted in it.',
    remedy: 'Do what the cause asks for (the message names it), and plan again; or exclude the account.',
  },
  'account-not-active': {
    title: 'The account is not active',
    meaning: 'AWS opens no root session in an account that is suspended, closing, closed or pending.',
    remedy: 'Nothing, if that is meant. Otherwise reactivate the account, and plan again.',
  },
  'password-without-mfa': {
    title: 'The root user has a password and no MFA device',
    meaning: 'Whoever knows the password, or can read the e-mail of the account, is its root user.',
    remedy: 'Let the plan delete the password; or add an MFA device if the account must keep it.',
  },
  'mfa-without-password': {
    title: 'The root user has an MFA device and no password',
    meaning: 'The device protects nothing until the password is recovered by e-mail.',
    remedy: 'Nothing; the plan may delete the device.',
  },
  'exclusion-ended': {
    title: 'An exclusion has ended',
    meaning: 'The account is still excluded, but the day until which that was meant to hold is over.',
    remedy: 'Renew the exclusion in the policy, or take it out.',
  },
  'selector-unmatched': {
    title: 'A rule of the policy matches no account',
    meaning: 'It may be a mistyped account that somebody meant to protect.',
    remedy: 'Correct the rule, or take it out.',
  },
  'limit-exceeded': {
    title: 'The plan touches more accounts than the policy allows',
    meaning: 'The limits of the policy bound what one plan can destroy.',
    remedy: 'Narrow "include", or raise "limits" in the policy.',
  },
  'policy-loosened': {
    title: 'The policy lets more happen than the one in the main branch',
    meaning: 'More is deleted, or sooner, or with less to stop it, than what was reviewed and merged.',
    remedy: 'Review and merge the policy first, and plan again; or accept the change with open eyes.',
  },
};
