/** The goals, and whether they were reached in this run. */

import type { Result } from './result.js';
import type { Command } from './run-case.js';
import { format, type Spread } from './spread.js';
import type { StartUp } from './start-up.js';
import type { Verification } from './verification.js';

export interface Finding {
  readonly name: string;
  readonly figure: string;
  readonly limit: string;
  readonly isHeld: boolean;
}

/** Goals about cases that were not run are left out. */
export function findFindings(
  results: readonly Result[],
  start: StartUp,
  { parsing, verifying, size }: Verification,
): Finding[] {
  const find = (command: Command, accounts: number, share: number, latency: number, quotas: boolean) =>
    results.find(
      (it) =>
        it.command === command &&
        it.case.accounts === accounts &&
        it.case.share === share &&
        it.case.latency === latency &&
        it.case.quotas === quotas,
    );
  const large = find('plan', 10_000, 0.05, 40, true);
  const few = find('plan', 1_000, 0.05, 40, false);
  const all = find('plan', 1_000, 1, 40, false);
  const applied = find('apply', 1_000, 1, 40, false);
  const loopOfFew = find('loop', 1_000, 0.05, 40, false);
  const loopOfAll = find('loop', 1_000, 1, 40, false);
  const small = find('plan', 1_000, 0.05, 0, false);
  const fast = find('plan', 10_000, 0.05, 0, false);
  const memory = (['plan', 'apply'] as const).flatMap((command) => [
    find(command, 10_000, 0.05, 0, false),
    find(command, 10_000, 1, 0, false),
  ]);
  return [
    ...(large?.overBound === undefined
      ? []
      : [atMost('plan of 10,000 accounts, quotas on, 40 ms: times the bound', large.overBound, 1.15)]),
    ...(few?.overBound === undefined
      ? []
      : [atMost('plan of 1,000 accounts, quotas off, 40 ms: times the bound', few.overBound, 1.25)]),
    ...(few === undefined || loopOfFew === undefined
      ? []
      : [
          atLeast(
            'the same, 5 % with credentials: times as fast as the loop',
            ratio(loopOfFew.wall, few.wall),
            20,
          ),
        ]),
    ...(all === undefined || applied === undefined || loopOfAll === undefined
      ? []
      : [
          atLeast(
            'plan and apply of 1,000 accounts, all with credentials, 40 ms: times as fast as the loop',
            ratio(loopOfAll.wall, sum(all.wall, applied.wall)),
            12,
          ),
        ]),
    ...(fast?.cpuPerCall === undefined
      ? []
      : [atMost('plan of 10,000 accounts, no latency: ms of CPU a call', fast.cpuPerCall, 0.6)]),
    ...memory.flatMap((it) =>
      it === undefined
        ? []
        : [
            atMost(
              `${it.command} of 10,000 accounts, ${it.case.share * 100} %: MiB of peak RSS`,
              it.rss,
              200 / 1.048576,
              0,
            ),
          ],
    ),
    ...(small === undefined || fast === undefined
      ? []
      : [atMost('plan: KB of RSS for each further account', growth(small, fast), 5)]),
    atMost(
      `verify of 10,000 accounts (${(size / 2 ** 20).toFixed(2)} MiB): times parsing them`,
      ratio(verifying, parsing),
      1.6,
    ),
    atMost('--help: times the start of Node', ratio(start.help, start.node), 1.6),
    atMost('--version: times the start of Node', ratio(start.version, start.node), 1.6),
  ];
}

function growth(small: Result, large: Result): Spread {
  const each = (from: number, to: number) =>
    ((to - from) * 1048.576) / (large.case.accounts - small.case.accounts);
  return {
    median: each(small.rss.median, large.rss.median),
    least: each(small.rss.most, large.rss.least),
    most: each(small.rss.least, large.rss.most),
  };
}

function ratio(of: Spread, to: Spread): Spread {
  return { median: of.median / to.median, least: of.least / to.most, most: of.most / to.least };
}

function sum(a: Spread, b: Spread): Spread {
  return { median: a.median + b.median, least: a.least + b.least, most: a.most + b.most };
}

function atMost(name: string, figure: Spread, limit: number, digits = 2): Finding {
  const isHeld = figure.median <= limit;
  return { name, figure: format(figure, digits), limit: `at most ${Number(limit.toFixed(digits))}`, isHeld };
}

function atLeast(name: string, figure: Spread, limit: number): Finding {
  return { name, figure: format(figure, 1), limit: `at least ${limit}`, isHeld: figure.median >= limit };
}
