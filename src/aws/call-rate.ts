/** The maximum rate of AWS calls. */
export interface CallRate {
  /**
   * The share of AWS's documented quotas to use, above 0 and at most 1, because other tools of the company share them.
   * Infinity means no limit, as on an emulator; after the first throttled call, the documented quotas apply.
   */
  readonly quotaShare: number;
  /** Maximum calls per second, for all APIs together. */
  readonly maxRate?: number;
}

/** Just below AWS's documented quotas. */
export const DEFAULT_CALL_RATE: CallRate = { quotaShare: 0.95 };
