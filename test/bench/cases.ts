/** What the bench runs, and how often. */
import type { World } from './world.js';

export interface Case extends World {
  /** As `--concurrency` takes it. */
  readonly concurrency: number;
  /** How often, at least; the spread is between the fastest and the slowest. */
  readonly runs: number;
  /** Whether the plan is applied too. */
  readonly applied: boolean;
  /** Whether the loop over the CLI is run beside it. */
  readonly beside?: 'plan' | 'plan+apply';
}

const FEW = 0.05;
const ALL = 1;

function of(accounts: number, share: number, latency: number, quotas: boolean, runs: number): Case {
  return { accounts, share, latency, quotas, runs, concurrency: quotas ? 50 : 200, applied: true };
}

/**
 * Quotas without latency are left out: AWS has both.
 *
 * Where there is a bound, 11 runs: by chance alone, the median of so many others lies outside the least and the most of
 * these 1 time in 80; of 5, 1 time in 6. What takes a minute is run less often: quotas fix it to two digits.
 */
export const CASES: readonly Case[] = [
  of(100, FEW, 0, false, 5),
  of(1_000, FEW, 0, false, 5),
  // As many calls at a time as by default: what is under way takes memory too.
  { ...of(10_000, FEW, 0, false, 5), concurrency: 50 },
  of(100, ALL, 0, false, 5),
  of(1_000, ALL, 0, false, 3),
  { ...of(10_000, ALL, 0, false, 1), concurrency: 50 },
  of(100, FEW, 40, false, 11),
  { ...of(1_000, FEW, 40, false, 11), beside: 'plan' },
  of(10_000, FEW, 40, false, 7),
  of(100, ALL, 40, false, 11),
  { ...of(1_000, ALL, 40, false, 11), beside: 'plan+apply' },
  of(100, FEW, 40, true, 11),
  of(1_000, FEW, 40, true, 11),
  of(10_000, FEW, 40, true, 2),
  of(100, ALL, 40, true, 11),
  of(1_000, ALL, 40, true, 2),
  { ...of(10_000, ALL, 40, true, 1), applied: false },
];
