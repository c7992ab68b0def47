/** Time and chance, handed in so that a run can be repeated exactly. */
export interface Clock {
  readonly now: () => Date;
  /**
   * Resolves after so many milliseconds. With a signal that is aborted before, nobody waits for it any more: it may
   * resolve then, and holds no process up.
   */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** At least 0, below 1: jitter only, never a key or an id. */
  readonly random: () => number;
}
