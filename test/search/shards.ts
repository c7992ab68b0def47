/** How a search is divided: the same cases, however many processes try them. */
export interface Shard {
  readonly seed: number;
  readonly runs: number;
}

/** Cases that one process tries before it asks for more. */
export const SHARD = 50;

export function shardsOf(runs: number, seed: number): readonly Shard[] {
  return Array.from({ length: Math.ceil(runs / SHARD) }, (_, index) => ({
    seed: seed * 1_000_003 + index,
    runs: Math.min(SHARD, runs - index * SHARD),
  }));
}

/** Each case of a search as `npm run search -- --replay` takes it. */
export function replaysOf(runs: number, seed: number): readonly string[] {
  return shardsOf(runs, seed).flatMap((shard) =>
    Array.from({ length: shard.runs }, (_, index) => `${shard.seed}:${index}`),
  );
}
