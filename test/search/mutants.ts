/**
 * `npm run mutants`: takes the checks out, one at a time, and counts the cases until the search notices. A check that
 * nobody misses is no check, or the search is blind: either is a defect.
 * `-- --recorded` tries only mutants that were recorded: first the case that found them, and then a few others.
 * `-- --record` tries all, and writes down which case finds which mutant.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from './mutant-list.js';
import type { Answer, Job } from './mutant-worker.js';
import { lineOf, mutate, ROOT } from './mutate.js';
import { replaysOf } from './shards.js';

const WORKER = fileURLToPath(new URL('mutant-worker.js', import.meta.url));
const RECORD = join(ROOT, 'test/search/mutant-cases.json');
/** Mutants that one process tries: it keeps the modules of each of them in memory. */
const JOBS_OF_WORKER = 20;
/** Cases of the code itself that one process tries at a time. */
const CONTROLS_OF_JOB = 20;

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    workers: { type: 'string' },
    recorded: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs ?? (values.recorded ? 100 : 2000));
const workers = Number(values.workers ?? availableParallelism());

/** Works on all jobs, each worker on one at a time. */
async function runJobs(jobs: readonly Job[], onAnswer: (job: Job, answer: Answer) => void): Promise<void> {
  const queue = [...jobs];
  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      const child = fork(WORKER);
      try {
        for (let done = 0; done < JOBS_OF_WORKER; done += 1) {
          const job = queue.shift();
          if (job === undefined) return;
          const answer = await ask(child, job);
          const isSpent = answer.kind === 'crashed' || answer.kind === 'failed';
          // Perhaps because of what an earlier job left behind: a new process tries it again.
          if (isSpent && done > 0) queue.unshift(job);
          else onAnswer(job, answer);
          if (isSpent) break;
        }
      } finally {
        child.kill();
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

function ask(child: ChildProcess, job: Job): Promise<Answer> {
  return new Promise((resolve) => {
    const onExit = () =>
      resolve({ kind: 'failed', message: `the process ended: ${child.exitCode ?? child.signalCode}` });
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.removeListener('exit', onExit);
      resolve(answer as Answer);
    });
    // It may have ended since its last answer.
    child.send(job, (error) => error && onExit());
  });
}

/** Without the file, so that the record survives a move of the code. */
function nameOf({ promise, removed }: Mutant): string {
  return `${promise} ${removed}`;
}

function describe(answer: Answer): string {
  const columns = (how: string, replay: string, tries: number) =>
    `${how.padEnd(10)} ${replay.padEnd(11)} ${String(tries).padStart(5)}`;
  switch (answer.kind) {
    case 'found':
    case 'crashed':
      return columns(answer.kind, answer.replay, answer.tries);
    case 'not-found':
      return columns('NOT FOUND', '', answer.tries);
    case 'failed':
      return columns('FAILED', '', 0);
  }
}

/** Cases that find something in the code itself prove nothing about a mutant. */
async function findBroken(replays: readonly string[]): Promise<string | undefined> {
  const jobs = Array.from({ length: Math.ceil(replays.length / CONTROLS_OF_JOB) }, (_, index) => ({
    mutant: undefined,
    replays: replays.slice(index * CONTROLS_OF_JOB, (index + 1) * CONTROLS_OF_JOB),
  }));
  let broken: string | undefined;
  await runJobs(jobs, (_, answer) => {
    if ('replay' in answer) broken = `npm run search -- --replay ${answer.replay}\n${answer.message}`;
    if (answer.kind === 'failed') broken = answer.message;
  });
  return broken;
}

/** After each mutant: what was found before the search was ended stays found. */
function writeRecord(): void {
  const cases = MUTANTS.map(nameOf).flatMap((name) => {
    const replay = foundBy.get(name) ?? recorded[name];
    return replay === undefined ? [] : [[name, replay]];
  });
  writeFileSync(RECORD, `${JSON.stringify(Object.fromEntries(cases), null, 2)}\n`);
}

// The SDK, which workers load, would write a warning about Node 20 to stderr.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// All of them first: a list that has fallen behind the code is reported at once.
for (const mutant of MUTANTS) mutate(mutant);
const recorded = JSON.parse(readFileSync(RECORD, 'utf8')) as Readonly<Record<string, string>>;
const wanted = MUTANTS.filter(
  (mutant) => values.only?.some((text) => nameOf(mutant).includes(text)) !== false,
);
const tried = values.recorded ? wanted.filter((mutant) => nameOf(mutant) in recorded) : wanted;
const foundBy = new Map<string, string>();

console.log(`${'result'.padEnd(10)} ${'case'.padEnd(11)} tries mutant`);
await runJobs(
  tried.map((mutant) => {
    const first = values.recorded || values.record ? recorded[nameOf(mutant)] : undefined;
    const replays = replaysOf(runs, Number(values.seed));
    return { mutant, replays: first === undefined ? replays : [first, ...replays] };
  }),
  ({ mutant }, answer) => {
    if (mutant === undefined) return;
    const { promise, file, removed } = mutant;
    console.log(`${describe(answer)} ${promise}. ${file}:${lineOf(mutant)}: ${removed}`);
    if (answer.kind !== 'not-found') console.log(`${' '.repeat(29)}${answer.message.split('\n')[0]}`);
    if ('replay' in answer) foundBy.set(nameOf(mutant), answer.replay);
    if (values.record) writeRecord();
  },
);

const broken = await findBroken([...new Set(foundBy.values())]);
const missed = tried.length - foundBy.size;
if (broken !== undefined) console.log(`The code itself is broken:\n${broken}`);
else console.log(`${foundBy.size} of ${tried.length} mutants were found.`);
if (tried.length < wanted.length) {
  console.log(
    `${wanted.length - tried.length} have no recorded case, and were not tried: npm run mutants -- --record`,
  );
}
process.exitCode = missed === 0 && broken === undefined ? 0 : 1;
