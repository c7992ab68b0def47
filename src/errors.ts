/**
 * Every way rootsweep ends other than well: the exit code, and what it means, in one sentence. A code is never renamed or
 * reused. `examples/codes.md` is made of it.
 */
export const ERRORS = {
  // 1: rootsweep could not do its job.
  USAGE: { exitCode: 1, meaning: 'The command line cannot be understood, or its flags do not go together.' },
  FILE_NOT_FOUND: { exitCode: 1, meaning: 'A file that the command needs does not exist.' },
  FILE_UNREADABLE: {
    exitCode: 1,
    meaning: 'A file exists and cannot be read, for example for want of permission.',
  },
  FILE_UNWRITABLE: {
    exitCode: 1,
    meaning: 'A file cannot be written: no permission, no folder, or no space.',
  },
  FILE_EXISTS: {
    exitCode: 1,
    meaning: 'A file is in the way, and rootsweep replaces only files of its own kind.',
  },
  KEY_MISSING: {
    exitCode: 1,
    meaning: 'No signing key was given, and none is where rootsweep looks for one.',
  },
  PASSPHRASE_MISSING: { exitCode: 1, meaning: 'The signing key is encrypted, and no passphrase was given.' },
  KEY_SIGNED_ALREADY: {
    exitCode: 1,
    meaning: 'This key has already signed the plan, and each key counts once.',
  },
  TRUST_MISSING: {
    exitCode: 1,
    meaning: 'No trust file was given, and none is where rootsweep looks for one.',
  },
  CONFIG_FOLDER_INVALID: { exitCode: 1, meaning: 'HOME or XDG_CONFIG_HOME is not an absolute path.' },
  CONFIRMATION_MISSING: {
    exitCode: 1,
    meaning:
      'The command asks for a confirmation, and there is neither a terminal nor the flag that gives it.',
  },
  ROOT_ACCESS_NOT_READY: {
    exitCode: 1,
    meaning: 'Centralized root access was enabled, and STS does not know it yet.',
  },
  CREDENTIALS_MISSING: {
    exitCode: 1,
    meaning: 'No AWS credentials were found, or a profile could not give any.',
  },
  CREDENTIALS_REJECTED: {
    exitCode: 1,
    meaning: 'AWS does not accept the credentials: expired, deleted or mistyped.',
  },
  REGION_MISSING: { exitCode: 1, meaning: 'No AWS region is set.' },
  AWS_UNREACHABLE: { exitCode: 1, meaning: 'No answer came from AWS: network, proxy or endpoint.' },
  AWS_FAILED: {
    exitCode: 1,
    meaning: 'AWS answered with an error, or with something that no rootsweep can use.',
  },
  CALLER_NOT_ALLOWED: {
    exitCode: 1,
    meaning: 'The caller lacks a permission; the message names the action.',
  },
  CALLER_ACCOUNT_WRONG: {
    exitCode: 1,
    meaning:
      'The caller is neither in the management account nor in the delegated administrator account for IAM.',
  },
  ORGANIZATION_UNSUITABLE: {
    exitCode: 1,
    meaning:
      'The account belongs to no organization, or the organization does not have all features enabled.',
  },
  TRUSTED_ACCESS_DISABLED: {
    exitCode: 1,
    meaning: 'IAM has no trusted access to the organization, which centralized root access needs.',
  },
  ROOT_CREDENTIALS_MANAGEMENT_DISABLED: {
    exitCode: 1,
    meaning: 'The feature RootCredentialsManagement, which root sessions need to delete credentials, is off.',
  },
  ROOT_SESSIONS_DISABLED: {
    exitCode: 1,
    meaning: 'The feature RootSessions, which unlocking buckets and queues needs, is off.',
  },
  POLICY_SELECTS_NOTHING: { exitCode: 1, meaning: 'The policy selects no account of the organization.' },
  POLICY_BASE_MISSING: {
    exitCode: 1,
    meaning: 'The policy cannot be compared with the one in the branch that --base names.',
  },
  ACCOUNT_NOT_FOUND: { exitCode: 1, meaning: 'No account of the organization has this id or name.' },
  ACCOUNT_AMBIGUOUS: { exitCode: 1, meaning: 'Several accounts have this name; name one by its id.' },
  ACCOUNT_UNKNOWN: {
    exitCode: 1,
    meaning: 'An account could not be audited, so nothing was planned for it.',
  },
  JOURNAL_LOCKED: { exitCode: 1, meaning: 'Another command is applying this plan, or signing it.' },
  PORT_UNAVAILABLE: { exitCode: 1, meaning: 'The emulator cannot listen on this port.' },
  INTERNAL: { exitCode: 1, meaning: 'A defect of rootsweep; please report it.' },
  // 3: findings stop the plan.
  PLAN_BLOCKED: { exitCode: 3, meaning: 'Findings with severity "block" stop the plan.' },
  // 4: refused.
  FILE_TOO_LARGE: {
    exitCode: 4,
    meaning: 'A file is larger than any honest file of its kind, and is not read.',
  },
  SCENARIO_INVALID: { exitCode: 4, meaning: 'The scenario of the emulator does not fit its schema.' },
  POLICY_INVALID: { exitCode: 4, meaning: 'The policy does not fit its schema, or contradicts itself.' },
  TRUST_INVALID: { exitCode: 4, meaning: 'The trust file does not fit its schema, or contradicts itself.' },
  TRUST_IN_REPOSITORY: {
    exitCode: 4,
    meaning:
      'The trust file lies in a git repository, where a pull request can change it, and was not confirmed.',
  },
  TRUST_WRITABLE_BY_OTHERS: {
    exitCode: 4,
    meaning: 'Other users can write the trust file, or a folder on its path.',
  },
  ORGANIZATIONS_INVALID: { exitCode: 4, meaning: 'The organizations file does not fit its schema.' },
  TEMPLATE_INVALID: {
    exitCode: 4,
    meaning: 'The template for notices uses something that rootsweep does not know.',
  },
  KEY_INVALID: {
    exitCode: 4,
    meaning: 'The signing key is of a kind that rootsweep does not take, or the file is damaged.',
  },
  KEY_PERMISSIONS: { exitCode: 4, meaning: 'Other users can read the signing key.' },
  KEY_NOT_TRUSTED: {
    exitCode: 4,
    meaning: 'The trust file does not name this key in the role that it would sign in, or the key has ended.',
  },
  PLAN_ENCODING: { exitCode: 4, meaning: 'The plan file is not spelled as rootsweep spells plans.' },
  PLAN_INVALID: { exitCode: 4, meaning: 'The plan does not fit its schema, or contradicts itself.' },
  PLAN_SIGNATURE_MISSING: { exitCode: 4, meaning: 'Nobody has signed the plan.' },
  PLAN_SIGNATURE_INVALID: {
    exitCode: 4,
    meaning: 'A signature does not fit the plan: the plan or the signature was changed.',
  },
  PLAN_SIGNATURE_UNTRUSTED: {
    exitCode: 4,
    meaning: 'The plan is signed, and by nobody whom the trust file names as a planner.',
  },
  PLAN_SIGNATURE_TIME: { exitCode: 4, meaning: 'A signature is dated before the plan, or in the future.' },
  PLAN_REVOKED: { exitCode: 4, meaning: 'The trust file lists the plan as revoked.' },
  CLOCK_WRONG: {
    exitCode: 4,
    meaning: "The clock of this machine differs from AWS's by more than plans allow.",
  },
  PLAN_SUPERSEDED: {
    exitCode: 4,
    meaning: 'A newer plan of the organization has been applied, or its journal cannot be read.',
  },
  PLAN_NOT_YET_VALID: { exitCode: 4, meaning: 'The plan is dated in the future.' },
  PLAN_TOO_EARLY: { exitCode: 4, meaning: 'The time that notBefore gives owners to object has not passed.' },
  PLAN_EXPIRED: { exitCode: 4, meaning: 'The plan is older than its policy allows.' },
  PLAN_WAIVER_ENDED: { exitCode: 4, meaning: 'A waiver that the plan relies on has ended.' },
  PLAN_POLICY_MISMATCH: {
    exitCode: 4,
    meaning: 'The plan was made with another policy, or does not follow from this one.',
  },
  PLAN_ORGANIZATION_MISMATCH: {
    exitCode: 4,
    meaning: 'The plan is for another organization than the one that the credentials belong to.',
  },
  PLAN_LIMIT_EXCEEDED: {
    exitCode: 4,
    meaning: 'The plan touches more accounts of the organization than the policy allows.',
  },
  PLAN_ORGANIZATION_CHANGED: {
    exitCode: 4,
    meaning: 'The accounts of the organization are not those of the plan.',
  },
  PLAN_LOOSENING_HIDDEN: {
    exitCode: 4,
    meaning: 'The plan does not show that its policy allows more than the one in the main branch.',
  },
  POLICY_ORGANIZATION_MISMATCH: { exitCode: 4, meaning: 'The policy is for another organization.' },
  JOURNAL_INVALID: {
    exitCode: 4,
    meaning:
      'The journal was changed, is of another plan, or is signed by no operator whom the trust file names.',
  },
  CONFIRMATION_MISMATCH: {
    exitCode: 4,
    meaning: 'What was confirmed is not what would be used: another organization, or another trust file.',
  },
  RECOVERY_REFUSED: {
    exitCode: 4,
    meaning: 'Recovering or unlocking this is impossible or not needed; the message says why.',
  },
  RECEIPT_ENCODING: { exitCode: 4, meaning: 'The receipt is not spelled as rootsweep spells receipts.' },
  RECEIPT_INVALID: { exitCode: 4, meaning: 'The receipt does not fit its schema, or contradicts itself.' },
  RECEIPT_SIGNATURE_MISSING: { exitCode: 4, meaning: 'Nobody has signed the receipt.' },
  RECEIPT_SIGNATURE_INVALID: {
    exitCode: 4,
    meaning: 'A signature does not fit the receipt: the receipt or the signature was changed.',
  },
  RECEIPT_SIGNATURE_UNTRUSTED: {
    exitCode: 4,
    meaning: 'The receipt is signed, and by nobody whom the trust file names as an operator.',
  },
  RECEIPT_MISMATCH: { exitCode: 4, meaning: 'The receipt is not the one that the journal yields.' },
  // 7: good so far, signatures missing.
  PLAN_SIGNATURES_TOO_FEW: {
    exitCode: 7,
    meaning: 'Everything fits so far, and signatures of approvers or witnesses are missing.',
  },
  // 8: somebody said no.
  DECLINED: { exitCode: 8, meaning: 'Somebody answered no.' },
  // 130: interrupted.
  INTERRUPTED: { exitCode: 130, meaning: 'Somebody stopped the command, with Ctrl-C or a signal.' },
} as const satisfies Readonly<Record<string, { readonly exitCode: number; readonly meaning: string }>>;

export type ErrorCode = keyof typeof ERRORS;

/** Exit codes of runs that end without an error: the table in the README. */
export const EXIT = {
  done: 0,
  failed: 1,
  changes: 2,
  blocked: 3,
  drift: 5,
  partial: 6,
  interrupted: 130,
} as const;

/**
 * The one error that reaches a user: what happened in one sentence (no full stop, values quoted), and what to
 * do about it. Everything else that is thrown is a defect of rootsweep.
 */
export class RootsweepError extends Error {
  override readonly name = 'RootsweepError';
  readonly code: ErrorCode;
  /** What to do next: a sentence or a command to run. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return ERRORS[this.code].exitCode;
  }
}
