/** Whether one bench says the same as those before it. */
import type { Report } from './report.js';
import { nameOf } from './result.js';
import { format, isWithin, type Spread } from './spread.js';

interface Ratio {
  readonly name: string;
  readonly figure: Spread;
  /** How many of them after the point are shown. */
  readonly digits: number;
}

/** What is shown as a ratio; CPU time and memory are amounts. */
function ratiosOf({ results, findings }: Report): Ratio[] {
  const bounded = results.flatMap(({ command, case: it, overBound }) =>
    overBound === undefined
      ? []
      : [{ name: `${command}, ${nameOf(it)}: times the bound`, figure: overBound, digits: 2 }],
  );
  const known = new Set(bounded.map(({ figure }) => figure));
  return [...bounded, ...findings.filter(({ isRatio, figure }) => isRatio && !known.has(figure))];
}

/** In lines: how many ratios are within the spread of the earlier ones, and what those are that are not. */
export function compare(earlier: Report, now: Report): string[] {
  const before = new Map(ratiosOf(earlier).map((it) => [it.name, it.figure]));
  const both = ratiosOf(now).flatMap(({ name, figure, digits }) => {
    const spread = before.get(name);
    return spread === undefined ? [] : [{ name, figure, digits, spread }];
  });
  const outside = both.filter(({ figure, spread, digits }) => !isWithin(figure, spread, digits));
  return [
    `${both.length - outside.length} of ${both.length} ratios are within the spread of what was measured earlier`,
    ...outside.map(
      ({ name, figure, spread, digits }) =>
        `outside: ${name}: ${figure.median.toFixed(digits)}, earlier ${format(spread, digits)}`,
    ),
  ];
}
