/** Whose signatures count, and how many of them: what `trust.yaml` says. */

export interface TrustedKey {
  /** Unique within the file. */
  readonly name: string;
  /** Canonical base64 of the key's SPKI DER, as the file gives it. */
  readonly publicKey: string;
  /** Where the entry stands in the file, one-based. */
  readonly line: number;
  readonly column: number;
}

export interface Trust {
  /** How many different keys must have signed a plan; at least 1, at most the number of keys. */
  readonly threshold: number;
  readonly keys: readonly TrustedKey[];
}
