/**
 * The error codes by exit code, each with its meaning in one sentence. A code is never renamed or reused.
 * `examples/codes.md` is generated from this table.
 */
const MEANINGS = {
  // rootsweep could not do its job.
  1: {
    USAGE: 'The command line cannot be understood, or its flags do not go together.',
    FILE_NOT_FOUND: 'A file that the command needs does not exist.',
    FILE_UNREADABLE: 'A file exists and cannot be read, for example for want of permission.',
    FILE_UNWRITABLE: 'A file cannot be written: no permission, no folder, or no space.',
    FILE_EXISTS: 'A file is in the way, and rootsweep replaces only files of its own kind.',
    KEY_MISSING: 'No signing key was given, and none is where rootsweep looks for one.',
    PASSPHRASE_MISSING: 'The signing key is encrypted, and no passphrase was given.',
    KEY_SIGNED_ALREADY: 'This key has already signed the plan, and each key counts once.',
    TRUST_MISSING: 'No trust file was given, and none is where rootsweep looks for one.',
    CONFIG_FOLDER_INVALID: 'HOME or XDG_CONFIG_HOME is not an absolute path.',
    CONFIRMATION_MISSING:
      'The command asks for a confirmation, and there is neither a terminal nor the flag that gives it.',
    ROOT_ACCESS_NOT_READY: 'Centralized root access was enabled, and STS does not know it yet.',
    CREDENTIALS_MISSING: 'No AWS credentials were found, or a profile could not give any.',
    CREDENTIALS_REJECTED: 'AWS does not accept the credentials: expired, deleted or mistyped.',
    REGION_MISSING: 'No AWS region is set.',
    AWS_UNREACHABLE: 'No answer came from AWS: network, proxy or endpoint.',
    AWS_FAILED: 'AWS answered with an error, or with something that no rootsweep can use.',
    CALLER_NOT_ALLOWED: 'The caller lacks a permission; the message names the action.',
    CALLER_ACCOUNT_WRONG:
      'The caller is neither in the management account nor in the delegated administrator account for IAM.',
    ORGANIZATION_UNSUITABLE:
      'The account belongs to no organization, or the organization does not have all features enabled.',
    TRUSTED_ACCESS_DISABLED:
      'IAM has no trusted access to the organization, which centralized root access needs.',
    ROOT_CREDENTIALS_MANAGEMENT_DISABLED:
      'The feature RootCredentialsManagement, which root sessions need to delete credentials, is off.',
    ROOT_SESSIONS_DISABLED: 'The feature RootSessions, which unlocking buckets and queues needs, is off.',
    POLICY_SELECTS_NOTHING: 'The policy selects no account of the organization.',
    POLICY_BASE_MISSING: 'The policy cannot be compared with the one in the branch that --base names.',
    ACCOUNT_NOT_FOUND: 'No account of the organization has this id or name.',
    ACCOUNT_AMBIGUOUS: 'Several accounts have this name; name one by its id.',
    ACCOUNT_UNKNOWN: 'An account could not be audited, so nothing was planned for it.',
    JOURNAL_LOCKED: 'Another command is applying this plan, or signing it.',
    PORT_UNAVAILABLE: 'The emulator cannot listen on this port.',
    INTERNAL: 'A defect of rootsweep; please report it.',
  },
  // Findings stop the plan.
  3: {
    PLAN_BLOCKED: 'Findings with severity "block" stop the plan.',
  },
  // Refused.
  4: {
    FILE_TOO_LARGE: 'A file is larger than any honest file of its kind, and is not read.',
    SCENARIO_INVALID: 'The scenario of the emulator does not fit its schema.',
    POLICY_INVALID: 'The policy does not fit its schema, or contradicts itself.',
    TRUST_INVALID: 'The trust file does not fit its schema, or contradicts itself.',
    TRUST_IN_REPOSITORY:
      'The trust file lies in a git repository, where a pull request can change it, and was not confirmed.',
    TRUST_WRITABLE_BY_OTHERS: 'Other users can write the trust file, or a folder on its path.',
    ORGANIZATIONS_INVALID: 'The organizations file does not fit its schema.',
    TEMPLATE_INVALID: 'The template for notices uses something that rootsweep does not know.',
    KEY_INVALID: 'The signing key is of a kind that rootsweep does not take, or the file is damaged.',
    KEY_PERMISSIONS: 'Other users can read the signing key.',
    KEY_NOT_TRUSTED:
      'The trust file does not name this key in the role that it would sign in, or the key has ended.',
    PLAN_ENCODING: 'The plan file is not spelled as rootsweep spells plans.',
    PLAN_INVALID: 'The plan does not fit its schema, or contradicts itself.',
    PLAN_SIGNATURE_MISSING: 'Nobody has signed the plan.',
    PLAN_SIGNATURE_INVALID: 'A signature does not fit the plan: the plan or the signature was changed.',
    PLAN_SIGNATURE_UNTRUSTED: 'The plan is signed, and by nobody whom the trust file names as a planner.',
    PLAN_SIGNATURE_TIME: 'A signature is dated before the plan, or in the future.',
    PLAN_REVOKED: 'The trust file lists the plan as revoked.',
    CLOCK_WRONG: "The clock of this machine differs from AWS's by more than plans allow.",
    PLAN_SUPERSEDED: 'A newer plan of the organization has been applied, or its journal cannot be read.',
    PLAN_NOT_YET_VALID: 'The plan is dated in the future.',
    PLAN_TOO_EARLY: 'The time that notBefore gives owners to object has not passed.',
    PLAN_EXPIRED: 'The plan is older than its policy allows.',
    PLAN_WAIVER_ENDED: 'A waiver that the plan relies on has ended.',
    PLAN_POLICY_MISMATCH: 'The plan was made with another policy, or does not follow from this one.',
    PLAN_ORGANIZATION_MISMATCH:
      'The plan is for another organization than the one that the credentials belong to.',
    PLAN_LIMIT_EXCEEDED: 'The plan touches more accounts of the organization than the policy allows.',
    PLAN_ORGANIZATION_CHANGED: 'The accounts of the organization are not those of the plan.',
    PLAN_LOOSENING_HIDDEN:
      'The plan does not show that its policy allows more than the one in the main branch.',
    POLICY_ORGANIZATION_MISMATCH: 'The policy is for another organization.',
    JOURNAL_INVALID:
      'The journal was changed, is of another plan, or is signed by no operator whom the trust file names.',
    CONFIRMATION_MISMATCH:
      'What was confirmed is not what would be used: another organization, or another trust file.',
    RECOVERY_REFUSED: 'Recovering or unlocking this is impossible or not needed; the message says why.',
    RECEIPT_ENCODING: 'The receipt is not spelled as rootsweep spells receipts.',
    RECEIPT_INVALID: 'The receipt does not fit its schema, or contradicts itself.',
    RECEIPT_SIGNATURE_MISSING: 'Nobody has signed the receipt.',
    RECEIPT_SIGNATURE_INVALID:
      'A signature does not fit the receipt: the receipt or the signature was changed.',
    RECEIPT_SIGNATURE_UNTRUSTED:
      'The receipt is signed, and by nobody whom the trust file names as an operator.',
    RECEIPT_MISMATCH: 'The receipt is not the one that the journal yields.',
  },
  // Good so far, but signatures are missing.
  7: {
    PLAN_SIGNATURES_TOO_FEW: 'Everything fits so far, and signatures of approvers or witnesses are missing.',
  },
  // Declined.
  8: {
    DECLINED: 'Somebody answered no.',
  },
  // Interrupted.
  130: {
    INTERRUPTED: 'Somebody stopped the command, with Ctrl-C or a signal.',
  },
} as const;

type Meanings = typeof MEANINGS;

export type ErrorCode = { [E in keyof Meanings]: keyof Meanings[E] }[keyof Meanings];

/** Every error code with its exit code and its meaning. */
export const ERRORS = Object.fromEntries(
  Object.entries(MEANINGS).flatMap(([exitCode, meanings]) =>
    Object.entries(meanings).map(([code, meaning]) => [code, { exitCode: Number(exitCode), meaning }]),
  ),
) as Readonly<Record<ErrorCode, { readonly exitCode: number; readonly meaning: string }>>;

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
 * The only error class for users: what happened in one sentence (no full stop, values quoted), and what to do about it.
 * Any other error is a defect of rootsweep.
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
