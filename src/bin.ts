#!/usr/bin/env node
/** The process: the only file that knows of `process`. */
import { readBuiltHelp } from './files/built-help.js';
import { VERSION } from './version.js';

// The SDK, which is loaded later, would write a warning about Node 20 to stderr.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// A reader that has seen enough (`| head`), a full disk behind `>` or a terminal that is gone is no reason to stop
// half way through a deletion; the latter two are told by the exit code.
function heed(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
}

heed(process.stdout);
const argv = process.argv.slice(2);
const known = argv.length === 1 ? answerAtOnce(argv[0]) : undefined;
if (known === undefined) await run();
else process.stdout.write(known);

/** What needs none of the commands: the same as they would say. */
function answerAtOnce(flag: string | undefined): string | undefined {
  switch (flag) {
    case '--version':
      return `${VERSION}\n`;
    case '--help':
      return readBuiltHelp();
    default:
      return undefined;
  }
}

async function run(): Promise<void> {
  heed(process.stderr);
  const [
    { randomUUID },
    { constants, homedir, hostname },
    { setTimeout: sleep },
    { setFlagsFromString },
    { diskStorage },
    { readPidSpace },
    { main },
  ] = await Promise.all([
    import('node:crypto'),
    import('node:os'),
    import('node:timers/promises'),
    import('node:v8'),
    import('./files/journal-storage.js'),
    import('./files/pid-space.js'),
    import('./main.js'),
  ]);

  // What the calls leave behind is cleared away before the heap has grown to four times what is needed: at 10,000
  // accounts this saves a third of the memory, and costs no measurable time.
  setFlagsFromString('--heap-growing-percent=50');

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
    homeFolder: homedir(),
    host: hostname(),
    pid: process.pid,
    pidSpace: readPidSpace(),
    isRunning,
    journals: diskStorage,
    clock: { now: () => new Date(), sleep: (milliseconds) => sleep(milliseconds), random: Math.random },
    every: repeat,
    newId: randomUUID,
    stop: stop.signal,
    halt: halt.signal,
    aws: {},
  });
  // What a broken stream has left there stands, unless the run has something worse to say.
  if (exitCode !== 0) process.exitCode = exitCode;
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
