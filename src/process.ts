/** The process as the commands see it: signals, streams, clock and files. */
import { randomUUID } from 'node:crypto';
import { constants, homedir, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { diskStorage } from './files/journal-storage.js';
import { readPidSpace } from './files/pid-space.js';
import { ignoreBrokenPipe } from './ignore-broken-pipe.js';
import { main } from './main.js';

/** @param argv without the interpreter and the script. */
export async function runProcess(argv: readonly string[]): Promise<void> {
  ignoreBrokenPipe(process.stderr);
  // The SDK, which is loaded later, would write a warning about Node 20 to stderr.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

  setHeapGrowth(THRIFTY);

  // The first Ctrl-C (or the end that a service manager asks for) stops the run in good order, the second at once. npm
  // passes on what the terminal has sent already: what comes in the same moment is the same request.
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
        // The first process of a container does not die of its own signals.
        if (process.pid === 1) process.exit(128 + constants.signals[signal]);
        process.off(signal, ask);
        process.kill(process.pid, signal);
      }
    };
    process.on(signal, ask);
  }
  // A terminal that was closed can say so more than once, and is no reason to stop half way through a deletion.
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
  // What a broken stream has left there stands, unless the run has something worse to say.
  if (exitCode !== 0) process.exitCode = exitCode;
}

/**
 * How far the heap grows, in percent of what is needed, before what the calls left behind is cleared away. At 10,000
 * accounts the lower one saves a third of the memory; where there are few, it saves nothing that anybody would miss, and
 * takes a tenth of the time.
 */
const THRIFTY = 30;
const ROOMY = 100;
/** Up to 300, as V8 finds right. */
const LEFT_TO_V8 = 0;
const MANY_ACCOUNTS = 2_000;

function heapGrowthFor(accounts: number): number {
  // What is loaded before the first account is needed to the end: there is nothing to clear away.
  if (accounts === 0) return LEFT_TO_V8;
  return accounts < MANY_ACCOUNTS ? ROOMY : THRIFTY;
}

function setHeapGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}

/** Empty where there is none: a container's user may be in no list of users. */
function findHomeFolder(): string {
  try {
    return homedir();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR') return '';
    throw error;
  }
}

/** A signal that is aborted ends it early: a timer that nobody waits for would keep the process alive. */
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
    // Anything but "no such process" is a process that is somebody else's.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
