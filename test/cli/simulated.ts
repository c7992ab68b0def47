/** Commands in virtual time: a run of minutes takes as long as its work. */
import { PassThrough, Writable } from 'node:stream';
import type { Context } from '../../src/context.js';
import { diskStorage } from '../../src/files/journal/journal-storage.js';
import { main } from '../../src/main.js';
import type { Simulation } from '../search/simulation.js';
import { openTransport } from '../search/transport.js';
import type { Planned } from './planned.js';
import type { Ending } from './spawned.js';

/** Runs one command in virtual time, without sockets. The harness keeps no more of its output than a pipe holds. */
export async function runSimulated(
  { folder, emulator }: Planned,
  simulation: Simulation,
  argv: readonly string[],
  more: Partial<Context> = {},
): Promise<Ending> {
  const texts = { stdout: '', stderr: '' };
  const collect = (name: keyof typeof texts) =>
    new Writable({
      write: (chunk, _encoding, done) => {
        texts[name] += String(chunk);
        done();
      },
    });
  const context: Context = {
    stdin: new PassThrough(),
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    terminal: { stdin: false, stdout: false, stderr: false },
    columns: () => 80,
    env: {},
    cwd: folder,
    homeFolder: folder,
    host: 'test-host',
    pid: 4242,
    isRunning: () => false,
    journals: diskStorage,
    clock: { now: simulation.now, sleep: simulation.sleep, random: createRandom() },
    every: simulation.every,
    newId: () => '00000000-0000-4000-8000-000000000001',
    stop: new AbortController().signal,
    halt: new AbortController().signal,
    aws: {
      endpoint: 'http://emulator.invalid',
      region: 'us-east-1',
      credentials: emulator.callerCredentials(),
      // Twenty thousand calls over sockets would be most of the time that the test takes.
      requestHandler: openTransport(emulator, simulation),
    },
    ...more,
  };
  return { code: await simulation.drive(main(argv, context)), signal: null, ...texts };
}

/** The same every time, so that the run is. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
