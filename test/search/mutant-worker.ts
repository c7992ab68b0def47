/** Tries cases on the built code with one change in it. Modules of packages are loaded once for all that it tries. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mutant } from './mutant-list.js';
import { mutate, ROOT } from './mutate.js';

export interface Job {
  /** Without it the code is tried as it is. */
  readonly mutant: Mutant | undefined;
  /** `SEED:PATH` of each case, as `npm run search -- --replay` takes it, in the order in which they are tried. */
  readonly replays: readonly string[];
}

export type Answer =
  | {
      /** Crashed: an error that nothing caught, which is a finding too. */
      readonly kind: 'found' | 'crashed';
      readonly replay: string;
      readonly tries: number;
      readonly message: string;
    }
  | { readonly kind: 'not-found'; readonly tries: number }
  /** The change is not JavaScript, or not what other modules expect, or the process ended: that proves nothing. */
  | { readonly kind: 'failed'; readonly message: string };

/** The folder of the job that is worked on. */
let copy: string | undefined;

async function tryCases({ mutant, replays }: Job): Promise<Answer> {
  const folder = copyBuilt(mutant);
  copy = folder;
  try {
    const load = (name: string) => import(join(folder, 'dist/test/search', name));
    try {
      await ((await load('warm-up.js')) as typeof import('./warm-up.js')).warmUp();
    } catch (error) {
      return { kind: 'failed', message: String(error) };
    }
    const { search } = (await load('search.js')) as typeof import('./search.js');
    let tries = 0;
    for (const replay of replays) {
      tries += 1;
      // What else the case has started goes on: the process is of no more use.
      const crash = (error: unknown) =>
        process.send?.({ kind: 'crashed', replay, tries, message: String(error) }, () => process.exit(1));
      process.once('uncaughtException', crash);
      const [seed, path = ''] = replay.split(':');
      const { finding } = await search({ seed: Number(seed), runs: 1, path });
      process.removeListener('uncaughtException', crash);
      if (finding !== undefined) return { kind: 'found', replay, tries, message: finding.message };
    }
    return { kind: 'not-found', tries };
  } finally {
    removeCopy();
  }
}

function removeCopy(): void {
  if (copy !== undefined) rmSync(copy, { recursive: true, force: true });
  copy = undefined;
}

/** A folder of its own makes modules of their own; a link would not, because Node follows links first. */
function copyBuilt(mutant: Mutant | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-mutant-'));
  mkdirSync(join(folder, 'dist'));
  const link = (name: string) => symlinkSync(join(ROOT, name), join(folder, name));
  for (const name of ['node_modules', 'schemas', 'examples', 'package.json']) link(name);
  for (const name of readdirSync(join(ROOT, 'dist'))) {
    if (name === 'src' || name === 'test')
      cpSync(join(ROOT, 'dist', name), join(folder, 'dist', name), { recursive: true, filter: isNoTest });
    else link(join('dist', name));
  }
  if (mutant !== undefined) {
    const { path, text } = mutate(mutant);
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

function isNoTest(path: string): boolean {
  return !path.endsWith('.test.js');
}

// Without it, a worker whose search was stopped would try cases for minutes.
process.on('disconnect', () => process.exit());
process.on('exit', removeCopy);
process.on('message', async (job: Job) => process.send?.(await tryCases(job)));
