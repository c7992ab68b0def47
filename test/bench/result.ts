/** What the runs of one case and command come to, and how that is shown. */
import type { Case } from './cases.js';
import type { Finding } from './findings.js';
import type { Command, Run } from './run-case.js';
import { format, type Spread, spreadOf } from './spread.js';

export interface Result {
  readonly case: Case;
  readonly command: Command;
  readonly runs: number;
  /** In s. */
  readonly wall: Spread;
  /** Wall time as a multiple of the bound; absent where nothing bounds. */
  readonly overBound?: Spread;
  readonly bound?: number;
  readonly callsPerAccount?: number;
  /** Share of the calls that were throttled. */
  readonly throttled?: number;
  /** ms of CPU for each call. */
  readonly cpuPerCall?: Spread;
  readonly connections?: number;
  /** In ms. */
  readonly cpu: Spread;
  /** In MiB. */
  readonly rss: Spread;
}

export function nameOf({ accounts, share, latency, quotas }: Case): string {
  return `${accounts} accounts, ${share * 100} %, ${latency} ms, ${quotas ? 'quotas' : 'no quotas'}`;
}

export function resultOf(it: Case, all: readonly Run[]): Result[] {
  return (['plan', 'apply', 'verify', 'show', 'loop'] as const).flatMap((command) => {
    const runs = all.filter((run) => run.command === command);
    const last = runs.at(-1);
    if (last === undefined) return [];
    const spread = (figure: (run: Run) => number) => spreadOf(runs.map(figure));
    const { traffic } = last;
    const bound = traffic?.bound ?? 0;
    return {
      case: it,
      command,
      runs: runs.length,
      wall: spread(({ wall }) => wall / 1000),
      cpu: spread(({ cpu }) => cpu),
      rss: spread(({ rss }) => rss),
      ...(bound === 0 ? {} : { bound: bound / 1000, overBound: spread(({ wall }) => wall / bound) }),
      ...(traffic === undefined
        ? {}
        : {
            callsPerAccount: traffic.calls / it.accounts,
            throttled: traffic.throttled / traffic.calls,
            cpuPerCall: spread((run) => run.cpu / (run.traffic?.calls ?? Number.NaN)),
            connections: traffic.connections,
          }),
    };
  });
}

const COLUMNS = [
  'command',
  'accounts',
  'with credentials',
  'latency',
  'quotas',
  'wall, s',
  'times the bound',
  'calls an account',
  'throttled',
  'CPU a call, ms',
  'connections',
  'peak RSS, MiB',
] as const;

export function renderResults(of: {
  readonly date: string;
  readonly machine: string;
  readonly results: readonly Result[];
  readonly findings: readonly Finding[];
}): string {
  const rows = of.results.map((it) => [
    it.command,
    it.case.accounts.toLocaleString('en'),
    `${it.case.share * 100} %`,
    `${it.case.latency} ms`,
    it.case.quotas ? 'on' : 'off',
    format(it.wall, 2),
    it.overBound === undefined ? '' : format(it.overBound, 2),
    it.callsPerAccount?.toFixed(2) ?? '',
    it.throttled === undefined ? '' : `${(it.throttled * 100).toFixed(2)} %`,
    it.cpuPerCall === undefined ? '' : format(it.cpuPerCall, 2),
    it.connections?.toString() ?? '',
    format(it.rss, 0),
  ]);
  const claims = of.findings.map(({ name, figure, limit, isHeld }) => [
    name,
    figure,
    limit,
    isHeld ? 'yes' : 'NO',
  ]);
  return [
    `${of.date}, ${of.machine}; medians, with the least and the most of several runs.`,
    '',
    ...renderTable(COLUMNS, rows),
    '',
    ...renderTable(['goal', 'measured', 'wanted', 'reached'], claims),
  ].join('\n');
}

/** As Markdown, for the README. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
