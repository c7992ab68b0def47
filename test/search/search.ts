/** Searches for a case in which a promise is broken, and makes it small. */
import fc from 'fast-check';
import { type Case, cases } from './case.js';
import { openWorkplace } from './prepare.js';
import { runCase, type Trace } from './run-case.js';
import { warmUp } from './warm-up.js';

/** What a search saw; sums of several searches are searches too. */
export interface Statistics {
  cases: number;
  /** Runs of `plan`, `witness` and `apply`. */
  processes: number;
  /** Deletions that took effect, each of them judged. */
  deletions: number;
  /** Passwords and policies that `recover` and `unlock` changed. */
  recovered: number;
  calls: number;
  kills: number;
  powerFailures: number;
  stops: number;
  fullDisks: number;
  /** Runs of `witness`. */
  witnesses: number;
  /** Two operators at once. */
  seconds: number;
  /** Plans, signatures, policies and journals that lied, by kind. */
  readonly attacks: Record<string, number>;
  /** Faults that struck, by kind. */
  readonly faults: Record<string, number>;
  /** How runs of `apply` ended, by exit code. */
  readonly exitCodes: Record<string, number>;
}

export interface Finding {
  /** What fast-check needs to try the same case again. */
  readonly path: string;
  /** Cases until the first that broke a promise. */
  readonly after: number;
  readonly message: string;
  readonly smallest: Case;
}

export interface SearchResult {
  readonly statistics: Statistics;
  readonly finding?: Finding;
}

export interface SearchOptions {
  readonly seed: number;
  readonly runs: number;
  /** Tries only the case at this path of the seed. */
  readonly path?: string;
  /** Whether a finding is made small; it is unless this is false. */
  readonly shrink?: boolean;
}

export async function search({ seed, runs, path, shrink = true }: SearchOptions): Promise<SearchResult> {
  await warmUp();
  const workplace = openWorkplace();
  const statistics = noStatistics();
  let found = false;
  const property = fc.asyncProperty(fc.noBias(cases), async (tried) => {
    const trace = await runCase(tried, workplace).catch((error: unknown) => {
      found = true;
      throw error;
    });
    // What is tried to make a finding smaller does not count.
    if (!found) count(statistics, tried, trace);
  });
  try {
    const details = await fc.check(property, {
      seed,
      numRuns: runs,
      endOnFailure: path !== undefined || !shrink,
      ...(path === undefined ? {} : { path }),
    });
    if (!details.failed) return { statistics };
    const error = details.errorInstance;
    return {
      statistics,
      finding: {
        path: details.counterexamplePath ?? '',
        after: details.numRuns,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
        smallest: details.counterexample?.[0] as Case,
      },
    };
  } finally {
    workplace.remove();
  }
}

export function noStatistics(): Statistics {
  return {
    cases: 0,
    processes: 0,
    deletions: 0,
    recovered: 0,
    calls: 0,
    kills: 0,
    powerFailures: 0,
    stops: 0,
    fullDisks: 0,
    witnesses: 0,
    seconds: 0,
    attacks: {},
    faults: {},
    exitCodes: {},
  };
}

export function addStatistics(to: Statistics, more: Statistics): void {
  for (const [key, value] of Object.entries(more) as [keyof Statistics, number | Record<string, number>][]) {
    if (typeof value === 'number') (to as unknown as Record<string, number>)[key] = Number(to[key]) + value;
    else
      for (const [name, times] of Object.entries(value))
        increase(to[key] as Record<string, number>, name, times);
  }
}

function count(
  statistics: Statistics,
  tried: Case,
  { emulator, processes, deletions, attacked, recovered = 0 }: Trace,
): void {
  statistics.cases += 1;
  statistics.processes += processes.length;
  statistics.deletions += deletions;
  statistics.recovered += recovered;
  statistics.calls += emulator.calls.length;
  if (attacked !== undefined) increase(statistics.attacks, attacked, 1);
  for (const { options, killed, stoppedAfter, exitCode } of processes) {
    const { fate, argv } = options;
    if (killed) statistics.kills += 1;
    if (killed && fate.kind === 'killed' && fate.loss !== undefined) statistics.powerFailures += 1;
    if (stoppedAfter !== undefined) statistics.stops += 1;
    if (fate.kind === 'disk-full') statistics.fullDisks += 1;
    if (argv[0] === 'witness') statistics.witnesses += 1;
    if (argv[0] === 'apply') increase(statistics.exitCodes, killed ? 'killed' : String(exitCode), 1);
  }
  statistics.seconds += tried.runs.filter(({ second }) => second !== undefined).length;
  for (const { faults = [] } of emulator.calls)
    for (const kind of faults) increase(statistics.faults, kind, 1);
}

function increase(counts: Record<string, number>, name: string, by: number): void {
  counts[name] = (counts[name] ?? 0) + by;
}
