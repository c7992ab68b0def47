/** Whose calls AWS throttled. */
export interface Throttled {
  /** As AWS names the operation. */
  readonly api: string | undefined;
  /** How many of these calls are sent a second, always as it is at the moment. */
  readonly rate: number;
}
