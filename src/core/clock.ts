/** Time and chance, handed in so that a run can be repeated exactly. */
export interface Clock {
  readonly now: () => Date;
  /** Resolves after so many milliseconds. */
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** At least 0, below 1: jitter only, never a key or an id. */
  readonly random: () => number;
}
