/** Time and randomness, injected so that a run can be repeated exactly. */
export interface Clock {
  readonly now: () => Date;
  /**
   * Resolves after this many milliseconds. Once the signal aborts, it may resolve early and must not keep the process
   * alive.
   */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** At least 0, below 1: for jitter only, never for keys or ids. */
  readonly random: () => number;
}
