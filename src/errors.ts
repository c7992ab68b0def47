/**
 * Every way rootsweep ends other than well, with the exit code of each. A code is never renamed or reused.
 */
export const EXIT_CODES = {
  // 1: rootsweep could not do its job.
  USAGE: 1,
  FILE_NOT_FOUND: 1,
  FILE_UNREADABLE: 1,
  FILE_UNWRITABLE: 1,
  FILE_EXISTS: 1,
  KEY_MISSING: 1,
  PASSPHRASE_MISSING: 1,
  KEY_SIGNED_ALREADY: 1,
  TRUST_MISSING: 1,
  CONFIG_FOLDER_INVALID: 1,
  CONFIRMATION_MISSING: 1,
  ROOT_ACCESS_NOT_READY: 1,
  CREDENTIALS_MISSING: 1,
  CREDENTIALS_REJECTED: 1,
  REGION_MISSING: 1,
  AWS_UNREACHABLE: 1,
  AWS_FAILED: 1,
  CALLER_NOT_ALLOWED: 1,
  CALLER_ACCOUNT_WRONG: 1,
  ORGANIZATION_UNSUITABLE: 1,
  TRUSTED_ACCESS_DISABLED: 1,
  ROOT_CREDENTIALS_MANAGEMENT_DISABLED: 1,
  ROOT_SESSIONS_DISABLED: 1,
  POLICY_SELECTS_NOTHING: 1,
  POLICY_BASE_MISSING: 1,
  ACCOUNT_NOT_FOUND: 1,
  ACCOUNT_AMBIGUOUS: 1,
  ACCOUNT_UNKNOWN: 1,
  JOURNAL_LOCKED: 1,
  PORT_UNAVAILABLE: 1,
  INTERNAL: 1,
  // 3: findings stop the plan.
  PLAN_BLOCKED: 3,
  // 4: refused.
  FILE_TOO_LARGE: 4,
  SCENARIO_INVALID: 4,
  POLICY_INVALID: 4,
  TRUST_INVALID: 4,
  TRUST_IN_REPOSITORY: 4,
  TRUST_WRITABLE_BY_OTHERS: 4,
  ORGANIZATIONS_INVALID: 4,
  TEMPLATE_INVALID: 4,
  KEY_INVALID: 4,
  KEY_PERMISSIONS: 4,
  KEY_NOT_TRUSTED: 4,
  PLAN_ENCODING: 4,
  PLAN_INVALID: 4,
  PLAN_SIGNATURE_MISSING: 4,
  PLAN_SIGNATURE_INVALID: 4,
  PLAN_SIGNATURE_UNTRUSTED: 4,
  PLAN_SIGNATURE_TIME: 4,
  PLAN_REVOKED: 4,
  CLOCK_WRONG: 4,
  PLAN_SUPERSEDED: 4,
  PLAN_NOT_YET_VALID: 4,
  PLAN_TOO_EARLY: 4,
  PLAN_EXPIRED: 4,
  PLAN_WAIVER_ENDED: 4,
  PLAN_POLICY_MISMATCH: 4,
  PLAN_ORGANIZATION_MISMATCH: 4,
  PLAN_LIMIT_EXCEEDED: 4,
  PLAN_ORGANIZATION_CHANGED: 4,
  PLAN_LOOSENING_HIDDEN: 4,
  POLICY_ORGANIZATION_MISMATCH: 4,
  JOURNAL_INVALID: 4,
  CONFIRMATION_MISMATCH: 4,
  REMEDY_REFUSED: 4,
  RECEIPT_ENCODING: 4,
  RECEIPT_INVALID: 4,
  RECEIPT_SIGNATURE_MISSING: 4,
  RECEIPT_SIGNATURE_INVALID: 4,
  RECEIPT_SIGNATURE_UNTRUSTED: 4,
  RECEIPT_MISMATCH: 4,
  // 7: good so far, signatures missing.
  PLAN_SIGNATURES_TOO_FEW: 7,
  // 8: somebody said no.
  DECLINED: 8,
  // 130: somebody pressed Ctrl-C.
  INTERRUPTED: 130,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

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
    return EXIT_CODES[this.code];
  }
}
