/** How fast AWS may be called. */
export interface CallRate {
  /**
   * The share of AWS's documented quotas to use, above 0 and at most 1: the rest of the company uses the same ones.
   * Infinity where there are none to keep, as on an emulator; from the first call that is throttled on, the documented
   * ones are kept.
   */
  readonly quotaShare: number;
  /** Calls a second at most, of all APIs together. */
  readonly maxRate?: number;
}

/** Just below what AWS documents. */
export const DEFAULT_CALL_RATE: CallRate = { quotaShare: 0.95 };
