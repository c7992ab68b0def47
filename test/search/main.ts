/**
 * `npm run search -- --runs 10000 --seed 1`: thousands of cases, on all processors. A case that breaks a promise is made
 * small, unless `--as-found` is given, and printed with the line that tries it again:
 * `npm run search -- --replay SEED:PATH`. With `--json` the statistics are one line of JSON on stdout, and everything else
 * goes to stderr.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { addStatistics, noStatistics, type SearchOptions, type SearchResult, search } from './search.js';
import { SHARD, type Shard, shardsOf } from './shards.js';

async function runSearch(runs: number, seed: number, workers: number): Promise<number> {
  const shards = shardsOf(runs, seed);
  const total = noStatistics();
  let next = 0;
  let failed: { readonly shard: Shard; readonly result: SearchResult } | undefined;
  const startedAt = performance.now();
  // First: whatever ends the search later, it can be tried again.
  say(`seed ${seed}: ${runs} cases`);
  const work = async (): Promise<void> => {
    const child = fork(fileURLToPath(import.meta.url), ['--worker'], { stdio: 'inherit' });
    try {
      while (failed === undefined) {
        const shard = shards[next++];
        if (shard === undefined) return;
        const answer = await new Promise<SearchResult>((resolve, reject) => {
          child.once('message', (message) => resolve(message as SearchResult));
          child.once('exit', (code) =>
            reject(new Error(`a worker ended with ${code} in shard ${shard.seed}`)),
          );
          child.send({ ...shard, shrink: !values['as-found'] });
        });
        child.removeAllListeners('exit');
        addStatistics(total, answer.statistics);
        if (answer.finding !== undefined) failed ??= { shard, result: answer };
      }
    } finally {
      child.removeAllListeners();
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, shards.length) }, work));
  const seconds = (performance.now() - startedAt) / 1000;
  say(`seed ${seed}: ${total.cases} cases in ${seconds.toFixed(0)} s`);
  if (values.json) console.log(JSON.stringify(total));
  else say(inspect(total, { breakLength: 100, sorted: false }));
  if (failed === undefined) {
    say('No promise was broken.');
    return 0;
  }
  report(failed.shard.seed, failed.result, failed.shard.seed - seed * 1_000_003);
  return 1;
}

function report(seed: number, { finding }: SearchResult, shard: number): void {
  if (finding === undefined) return;
  say(`Broken after ${shard * SHARD + finding.after} cases:\n${finding.message}`);
  say(inspect(finding.smallest, { depth: 12, breakLength: 120 }));
  say(`npm run search -- --replay ${seed}:${finding.path}`);
}

async function replay(text: string): Promise<number> {
  const [, seed, path] = /^(-?\d+):(.+)$/.exec(text) ?? [];
  if (seed === undefined || path === undefined) throw new Error('--replay takes SEED:PATH');
  const result = await search({ seed: Number(seed), runs: 1, path });
  report(Number(seed), result, 0);
  if (result.finding === undefined) say('No promise was broken.');
  return result.finding === undefined ? 0 : 1;
}

// The SDK, which is loaded later, would write a warning about Node 20 to stderr.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string' },
    replay: { type: 'string' },
    workers: { type: 'string' },
    worker: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'as-found': { type: 'boolean', default: false },
  },
});

function say(text: string): void {
  if (values.json) console.error(text);
  else console.log(text);
}

if (values.worker) {
  process.on('message', async (options: SearchOptions) => process.send?.(await search(options)));
} else if (values.replay !== undefined) {
  process.exitCode = await replay(values.replay);
} else {
  const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
  process.exitCode = await runSearch(
    Number(values.runs),
    seed,
    Number(values.workers ?? availableParallelism()),
  );
}
