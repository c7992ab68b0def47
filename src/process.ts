/** Connects the commands to the process: signals, streams, clock and files. */
import { randomUUID } from 'node:crypto';
import { constants, homedir, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { diskStorage } from './files/journal/journal-storage.js';
import { readPidSpace } from './files/journal/pid-space.js';
import { ignoreBrokenPipe } from './ignore-broken-pipe.js';
import { main } from './main.js';

/** @param argv without the interpreter and the script. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  ignoreBrokenPipe(process.stderr);
  // The SDK, which is loaded later, would write a warning about Node 20 to stderr.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

  setHeapGrowth(THRIFTY);

  // The first Ctrl-C or SIGTERM stops the run in an orderly way, the second at once. npm forwards signals that the
  // terminal has already sent, so two within this time (ms) count as one.
  const SAME_REQUEST = 300;
  const stop = new AbortController();
  const halt = new AbortController();
  let stopAskedAt = Number.POSITIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const ask = () => {
      if (!stop.signal.aborted) {
        stopAskedAt = performance.now();
        stop.abort();
      } else if (performance.now() - stopAskedAt > SAME_REQUEST) {
        halt.abort();
        // The first process of a container is not killed by its own signals.
        if (process.pid === 1) process.exit(128 + constants.signals[signal]);
        process.off(signal, ask);
        process.kill(process.pid, signal);
      }
    };
    process.on(signal, ask);
  }
  // A closing terminal may send this several times; it must not interrupt a deletion.
  process.on('SIGHUP', () => {
    if (!stop.signal.aborted) stopAskedAt = performance.now();
    stop.abort();
  });

  const exitCode = await main(argv, {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    terminal: {
      stdin: process.stdin.isTTY === true,
      stdout: process.stdout.isTTY === true,
      stderr: process.stderr.isTTY === true,
    },
    columns: () => process.stderr.columns ?? 0,
    env: process.env,
    cwd: process.cwd(),
    homeFolder: findHomeFolder(),
    host: hostname(),
    userId: process.getuid?.(),
    pid: process.pid,
    pidSpace: readPidSpace(),
    isRunning,
    journals: diskStorage,
    clock: { now: () => new Date(), sleep: sleepFor, random: Math.random },
    every: repeat,
    expectAccounts: (accounts) => setHeapGrowth(heapGrowthFor(accounts)),
    newId: randomUUID,
    stop: stop.signal,
    halt: halt.signal,
    aws: {},
  });
  // Keeps the exit code that a broken stream set, unless the run failed itself.
  if (exitCode !== 0) process.exitCode = exitCode;
}

/**
 * How much the heap may grow beyond the live data before garbage collection, in percent. At 10,000 accounts the lower
 * value saves a third of the memory. With few accounts it saves little and costs a tenth of the time.
 */
const THRIFTY = 30;
const ROOMY = 100;
/** V8's own choice, up to 300. */
const LEFT_TO_V8 = 0;
const MANY_ACCOUNTS = 2_000;

function heapGrowthFor(accounts: number): number {
  // What is loaded before the first account stays in use, so collecting garbage would gain nothing.
  if (accounts === 0) return LEFT_TO_V8;
  return accounts < MANY_ACCOUNTS ? ROOMY : THRIFTY;
}

function setHeapGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** Returns an empty string if there is none: a container's user may have no entry in the user database. */
function findHomeFolder(): string {
  try {
    return homedir();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return '';
    throw error;
  }
}

/** Ends early if the signal aborts, because a pending timer would keep the process alive. */
function sleepFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, signal && { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}

function repeat(milliseconds: number, act: () => void): () => void {
  const timer = setInterval(act, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Any error except "no such process" means that the process belongs to another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
