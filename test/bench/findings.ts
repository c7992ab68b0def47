/** The goals, and whether they were reached. */
import type { Result } from './result.js';
import type { Command } from './run-case.js';
import { type Spread, spreadOf } from './spread.js';
import type { StartUp } from './start-up.js';
import type { Verification } from './verification.js';

export interface Finding {
  readonly name: string;
  readonly figure: Spread;
  /** How many of them after the point are shown. */
  readonly digits: number;
  /** A ratio to something else that was measured in the same hour, and no amount. */
  readonly isRatio: boolean;
  readonly limit: string;
  readonly isHeld: boolean;
}

/** Goals about cases that were not run are left out. */
export function findFindings(
  results: readonly Result[],
  { node, help, version }: StartUp,
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
  const memory = (command: Command, share: number) =>
    atMost(
      `${command} of 10,000 accounts, ${share * 100} %: MiB of peak RSS`,
      find(command, 10_000, share, 0, false)?.rss,
      { amount: 200 / 1.048576, digits: 0 },
    );
  const findings = [
    atMost('plan of 10,000 accounts, quotas on, 40 ms: times the bound', large?.overBound, { ratio: 1.15 }),
    atMost('plan of 1,000 accounts, quotas off, 40 ms: times the bound', few?.overBound, { ratio: 1.25 }),
    atLeast('the same, 5 % with credentials: times as fast as the loop', ratio(loopOfFew?.wall, few?.wall), {
      ratio: 20,
      digits: 1,
    }),
    atLeast(
      'plan and apply of 1,000 accounts, all with credentials, 40 ms: times as fast as the loop',
      ratio(loopOfAll?.wall, sum(all?.wall, applied?.wall)),
      { ratio: 12, digits: 1 },
    ),
    atMost('plan of 10,000 accounts, no latency: ms of CPU a call', fast?.cpuPerCall, { amount: 0.6 }),
    memory('plan', 0.05),
    memory('plan', 1),
    memory('apply', 0.05),
    memory('apply', 1),
    atMost('plan: KB of RSS for each further account', growth(small, fast), { amount: 5 }),
    atMost(
      `verify of 10,000 accounts (${(size / 2 ** 20).toFixed(2)} MiB): times parsing them`,
      ratio(spreadOf(verifying), spreadOf(parsing)),
      { ratio: 1.6 },
    ),
    atMost('--help: times the start of Node', ratio(spreadOf(help), spreadOf(node)), { ratio: 1.6 }),
    atMost('--version: times the start of Node', ratio(spreadOf(version), spreadOf(node)), { ratio: 1.6 }),
  ];
  return findings.filter((it) => it !== undefined);
}

/** What is made of cases that were not run. */
type NotRun = undefined;

function growth(small: Result | NotRun, large: Result | NotRun): Spread | NotRun {
  if (small === undefined || large === undefined) return undefined;
  const each = (from: number, to: number) =>
    ((to - from) * 1048.576) / (large.case.accounts - small.case.accounts);
  return {
    median: each(small.rss.median, large.rss.median),
    least: each(small.rss.most, large.rss.least),
    most: each(small.rss.least, large.rss.most),
  };
}

function ratio(of: Spread | NotRun, to: Spread | NotRun): Spread | NotRun {
  if (of === undefined || to === undefined) return undefined;
  return { median: of.median / to.median, least: of.least / to.most, most: of.most / to.least };
}

function sum(a: Spread | NotRun, b: Spread | NotRun): Spread | NotRun {
  if (a === undefined || b === undefined) return undefined;
  return { median: a.median + b.median, least: a.least + b.least, most: a.most + b.most };
}

/** A ratio to something measured in the same bench, or an amount. */
type Limit = ({ readonly ratio: number } | { readonly amount: number }) & { readonly digits?: number };

function atMost(name: string, figure: Spread | NotRun, limit: Limit): Finding | NotRun {
  return judge(name, figure, limit, 'at most', (a, b) => a <= b);
}

function atLeast(name: string, figure: Spread | NotRun, limit: Limit): Finding | NotRun {
  return judge(name, figure, limit, 'at least', (a, b) => a >= b);
}

function judge(
  name: string,
  figure: Spread | NotRun,
  { digits = 2, ...limit }: Limit,
  words: string,
  isHeld: (median: number, limit: number) => boolean,
): Finding | NotRun {
  if (figure === undefined) return undefined;
  const wanted = 'ratio' in limit ? limit.ratio : limit.amount;
  return {
    name,
    figure,
    digits,
    isRatio: 'ratio' in limit,
    limit: `${words} ${Number(wanted.toFixed(digits))}`,
    isHeld: isHeld(figure.median, wanted),
  };
}
