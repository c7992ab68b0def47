/** An operation that AWS throttled. */
export interface Throttled {
  /** As AWS names the operation. */
  readonly api: string | undefined;
  /** The current limit of these calls, in calls a second. */
  readonly rate: number;
}
