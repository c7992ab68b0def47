/** What is made of the samples, and how that is shown. */
import { CASES } from './cases.js';
import { type Finding, findFindings } from './findings.js';
import { nameOf, type Result, resultOf } from './result.js';
import { pool, type Samples } from './samples.js';
import { format } from './spread.js';

export interface Report {
  /** Of the last bench. */
  readonly date: string;
  readonly machine: string;
  /** How many benches were told as one. */
  readonly benches: number;
  readonly results: readonly Result[];
  readonly findings: readonly Finding[];
}

/** @param all at least one, in the order of time. */
export function reportOf(all: readonly Samples[]): Report {
  const { date, machine, runs, start, verification } = pool(all);
  const results = CASES.flatMap((it) => resultOf(it, runs[nameOf(it)] ?? []));
  return {
    date,
    machine,
    benches: all.length,
    results,
    findings: findFindings(results, start, verification),
  };
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

export function renderReport(of: Report): string {
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
  const claims = of.findings.map(({ name, figure, digits, limit, isHeld }) => [
    name,
    format(figure, digits),
    limit,
    isHeld ? 'yes' : 'NO',
  ]);
  return [
    `${of.date}, ${of.machine}; medians, with the least and the most ${of.benches === 1 ? 'of several runs' : `of ${of.benches} benches, one after the other`}.`,
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
