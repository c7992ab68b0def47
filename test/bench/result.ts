/** What the runs of one case and command come to. */
import type { Case } from './cases.js';
import type { Command, Run } from './run-case.js';
import { type Spread, spreadOf } from './spread.js';

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
