/** The same value before and after. */
export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

/** A difference between the plan and the account, both as lines. */
export interface Drift {
  readonly kind: 'drifted';
  readonly planned: readonly string[];
  readonly found: readonly string[];
}
