#!/usr/bin/env node
/** The process: the only file that knows of `process`. */
import { randomUUID } from 'node:crypto';
import { homedir, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { main } from './main.js';

// The SDK, which is loaded later, would write a warning about Node 20 to stderr.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// A reader that has seen enough (`| head`), a full disk behind `>` or a terminal that is gone is no reason to stop
// half way through a deletion; the latter two are told by the exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
}

// The first Ctrl-C asks to stop; the second finds no listener, and ends the process.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  terminal: {
    stdin: process.stdin.isTTY === true,
    stdout: process.stdout.isTTY === true,
    stderr: process.stderr.isTTY === true,
  },
  env: process.env,
  cwd: process.cwd(),
  homeFolder: homedir(),
  host: hostname(),
  pid: process.pid,
  clock: { now: () => new Date(), sleep: (milliseconds) => sleep(milliseconds), random: Math.random },
  newId: randomUUID,
  stop: stop.signal,
  aws: {},
});
// What a broken stream has left there stands, unless the run has something worse to say.
if (exitCode !== 0) process.exitCode = exitCode;
