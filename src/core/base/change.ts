/** One thing, seen twice. */
export interface Change<T> {
  readonly before: T;
  readonly after: T;
}

/** What a plan says and what is there, as lines, where they differ. */
export interface Drift {
  readonly kind: 'drifted';
  readonly planned: readonly string[];
  readonly found: readonly string[];
}
