/** Several figures of one kind: the one in the middle, or what is halfway between the two there, and how far apart they are. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (index: number) => sorted.at(index) ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, least: at(0), most: at(-1) };
}

/** `1.23 (1.20 to 1.31)`, or `1.23` for a single figure. */
export function format({ median, least, most }: Spread, digits: number): string {
  const middle = median.toFixed(digits);
  return least === most ? middle : `${middle} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

/** Whether the middle one of the others is between the least and the most of these, all of them as they are shown. */
export function isWithin({ median }: Spread, { least, most }: Spread, digits: number): boolean {
  const shown = (figure: number) => Number(figure.toFixed(digits));
  return shown(median) >= shown(least) && shown(median) <= shown(most);
}
