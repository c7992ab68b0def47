/** Runs a process as a user would, and says what it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Usage {
  /** CPU time, user and system, in ms. */
  readonly cpu: number;
  /** Peak of the resident memory, in MiB. */
  readonly rss: number;
}

export interface Measured extends Usage {
  /** From the start of the process to its end, in ms. */
  readonly wall: number;
}

export interface Launch {
  /** What Node runs, and its arguments. */
  readonly argv: readonly string[];
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
}

const PRELOAD = new URL('report-usage.js', import.meta.url).href;

/** @throws where the process fails: what it said is in the message. */
export async function measure({ argv, ...launch }: Launch): Promise<Measured> {
  const usage = join(launch.folder, 'usage.json');
  const wall = await timeProcess({
    ...launch,
    argv: ['--import', PRELOAD, ...argv],
    env: { BENCH_USAGE: usage, ...launch.env },
  });
  return { wall, ...(JSON.parse(readFileSync(usage, 'utf8')) as Usage) };
}

/** From the start of the process to its end, in ms. */
export async function timeProcess({ argv, folder, env }: Launch): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [...argv], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${argv.join(' ')} exited with ${code}: ${said.slice(-2000)}`);
  return performance.now() - started;
}
