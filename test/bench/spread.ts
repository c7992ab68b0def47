/** Several figures of one kind: the one in the middle, and how far apart they are. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { median: middle, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}

/** `1.23 (1.20 to 1.31)`, or `1.23` for a single figure. */
export function format({ median, least, most }: Spread, digits: number): string {
  const middle = median.toFixed(digits);
  return least === most ? middle : `${middle} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}
