/**
 * `npm run mutants`: takes the checks out, one at a time, and counts the cases until the search notices. A check that
 * nobody misses is no check, or the search is blind: either is a defect.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MUTANTS, type Mutant } from './mutant-list.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUILT = fileURLToPath(new URL('../../', import.meta.url));

/** The built file with the one change. */
function mutate({ file, find, replace }: Mutant): string {
  const text = readFileSync(join(BUILT, builtName(file)), 'utf8');
  if (text.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
  return text.replace(find, () => replace);
}

function builtName(file: string): string {
  return file.replace(/\.ts$/, '.js');
}

function lineOf({ file, find }: Mutant): number {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return text.slice(0, text.indexOf(find)).split('\n').length;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    workers: { type: 'string' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'rootsweep-mutants-'));
let survivors = 0;

/** What the search finds in the code as it lies in the folder. */
function runSearch(): { readonly after: string | undefined; readonly message: string } {
  const argv = [join(folder, 'dist/test/search/main.js'), '--runs', values.runs, '--seed', values.seed];
  argv.push('--as-found');
  if (values.workers !== undefined) argv.push('--workers', values.workers);
  const options = { encoding: 'utf8', maxBuffer: 2 ** 28 } as const;
  const { stdout, stderr, signal } = spawnSync(process.execPath, argv, options);
  if (signal !== null) throw new Error(`the search was ended by ${signal}`);
  if (stdout.includes('No promise was broken.')) return { after: undefined, message: '' };
  // A search that crashes has found something too, and cannot say when.
  const [, after = 'some'] = /Broken after (\d+) cases/.exec(stdout) ?? [];
  const [message = ''] = /^(?:Violation|\w*Error): .*$/m.exec(`${stdout}\n${stderr}`) ?? [];
  return { after, message };
}

try {
  cpSync(BUILT, join(folder, 'dist'), { recursive: true });
  for (const name of ['node_modules', 'schemas', 'package.json'])
    symlinkSync(join(ROOT, name), join(folder, name));
  // All of them first: a list that has fallen behind the code is told at once.
  for (const mutant of MUTANTS) mutate(mutant);
  // A search that finds something without them proves nothing about them.
  const { after, message } = runSearch();
  if (after !== undefined) throw new Error(`the code itself is broken after ${after} cases: ${message}`);
  for (const mutant of MUTANTS) {
    const name = `${mutant.promise} ${mutant.file} ${mutant.removed}`;
    if (values.only?.some((text) => name.includes(text)) === false) continue;
    const path = join(folder, 'dist', builtName(mutant.file));
    writeFileSync(path, mutate(mutant));
    const { after, message } = runSearch();
    if (after === undefined) survivors += 1;
    const found = after === undefined ? 'NOT FOUND' : `found after ${after} cases`;
    const line = lineOf(mutant);
    console.log(
      `${mutant.promise}. ${mutant.file}:${line}: ${mutant.removed}: ${found}\n     ${message.slice(0, 160)}`,
    );
    cpSync(join(BUILT, builtName(mutant.file)), path);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(survivors === 0 ? 'Every mutant was found.' : `${survivors} mutants were not found.`);
process.exitCode = survivors === 0 ? 0 : 1;
