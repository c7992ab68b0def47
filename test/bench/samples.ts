/** What a bench measured, before anything is made of it: so that several of them can be told as one. */
import { readFileSync } from 'node:fs';
import type { Run } from './run-case.js';
import type { StartUp } from './start-up.js';
import type { Verification } from './verification.js';

export interface Samples {
  /** As YYYY-MM-DD. */
  readonly date: string;
  readonly machine: string;
  /** By the names of the cases. */
  readonly runs: Readonly<Record<string, readonly Run[]>>;
  readonly start: StartUp;
  readonly verification: Verification;
}

/**
 * @param path of what `--json` wrote.
 * @throws where it is something else, or was not measured on such a machine.
 */
export function readSamples(path: string, machine: string): Samples {
  const { samples } = JSON.parse(readFileSync(path, 'utf8')) as { readonly samples?: Samples };
  if (samples === undefined) throw new Error(`${path}: not what "npm run bench -- --json" writes`);
  if (samples.machine !== machine) throw new Error(`${path}: measured on ${samples.machine}, not ${machine}`);
  return samples;
}

/**
 * All of them as one, with the date of the last.
 *
 * @param all at least one, in the order of time.
 */
export function pool(all: readonly Samples[]): Samples {
  return all.reduce((a, b) => ({
    date: b.date,
    machine: b.machine,
    runs: Object.fromEntries(
      Object.keys({ ...a.runs, ...b.runs }).map((name) => [
        name,
        [...(a.runs[name] ?? []), ...(b.runs[name] ?? [])],
      ]),
    ),
    start: {
      node: [...a.start.node, ...b.start.node],
      help: [...a.start.help, ...b.start.help],
      version: [...a.start.version, ...b.start.version],
    },
    verification: {
      size: b.verification.size,
      parsing: [...a.verification.parsing, ...b.verification.parsing],
      verifying: [...a.verification.verifying, ...b.verification.verifying],
    },
  }));
}
