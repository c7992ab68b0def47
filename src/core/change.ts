/** One thing, seen twice. */
export interface Change<T> {
  readonly before: T;
  readonly after: T;
}
