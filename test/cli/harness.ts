/** Runs rootsweep as a user does, `main(argv, context)`, against an emulator over HTTP, in a folder of its own. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { AwsSettings } from '../../src/aws/settings.js';
import type { Context } from '../../src/context.js';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import { parseScenario } from '../../src/emulator/scenario/parse-scenario.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { type EmulatorServer, serveEmulator } from '../../src/emulator/server.js';
import { diskStorage } from '../../src/files/journal/journal-storage.js';
import { main } from '../../src/main.js';
import { openTransportTo } from '../search/transport.js';

/** The instant at which every run of rootsweep in a test begins. */
export const NOW = '2026-11-23T09:00:00Z';

/** Every command, in the order of the help. */
export const COMMANDS = [
  ...[
    'doctor',
    'enable',
    'init',
    'audit',
    'plan',
    'show',
    'diff',
    'explain',
    'verify',
    'approve',
    'witness',
    'notice',
    'apply',
  ],
  ...[
    'receipt',
    'recover',
    'unlock bucket',
    'unlock queue',
    'trust add',
    'trust revoke',
    'trust show',
    'keygen',
    'completion',
    'emulate',
    'demo',
  ],
];

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunOptions = Partial<Omit<Context, 'stdout' | 'stderr'>> & {
  /** What is typed at the terminal; without it there is no terminal. */
  readonly typed?: string;
  /** Instead of `NOW`. */
  readonly now?: string;
};

export interface Harness {
  readonly emulator: Emulator;
  readonly server: EmulatorServer;
  /** The folder in which commands run; also the home folder. */
  readonly folder: string;
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<Result>;
  /** The emulator, called by one of the callers of the scenario. */
  readonly awsAs: (caller?: string) => AwsSettings;
  /** For clients that are not run here: AWS goes by this clock. */
  readonly setAwsTime: (now: () => Date) => void;
  readonly write: (name: string, content: string | Uint8Array) => Promise<void>;
  readonly read: (name: string) => Promise<string>;
  /** `SERVICE Operation account` of every call so far, in order. */
  readonly calls: () => string[];
  /** The operations that changed something, `DeleteLoginProfile 333333333333`. */
  readonly deletions: () => string[];
}

/** Time passes only while somebody sleeps: what a test expects does not depend on how fast the machine is. */
function openClock(start: string): Context['clock'] {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    sleep: async (milliseconds) => {
      const awake = time + milliseconds;
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      time = Math.max(time, awake);
    },
    random: () => 0.5,
  };
}

export interface HarnessOptions {
  /** What carries requests: a function, unless a test is about connections. */
  readonly over?: 'http' | 'function';
}

/** A scenario as YAML text, or as it is parsed. */
export async function createHarness(
  t: TestContext,
  scenario: string | Scenario,
  { over = 'function' }: HarnessOptions = {},
): Promise<Harness> {
  // AWS goes by the clock of the last command, so that they agree.
  let awsTime = () => new Date();
  const emulator = openEmulator(
    typeof scenario === 'string' ? parseScenario(scenario, 'scenario.yaml') : scenario,
    { now: () => awsTime() },
  );
  const server = await serveEmulator(emulator);
  const folder = await mkdtemp(join(tmpdir(), 'rootsweep-test-'));
  t.after(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  let ids = 0;
  const carried =
    over === 'http'
      ? {}
      : {
          requestHandler: openTransportTo((request) => emulator.handle(request), {
            sleep: pass,
            roundTrip: 0,
          }),
        };
  const awsAs = (caller?: string): AwsSettings => ({
    ...carried,
    endpoint: server.url,
    region: 'us-east-1',
    credentials: emulator.callerCredentials(caller),
  });

  async function run(
    argv: readonly string[],
    { typed, now = NOW, aws, ...options }: RunOptions = {},
  ): Promise<Result> {
    const stdin = new PassThrough();
    stdin.end(typed === undefined ? '' : `${typed}\n`);
    const [stdout, stderr] = [collect(), collect()];
    const context: Context = {
      stdin,
      stdout: stdout.stream,
      stderr: stderr.stream,
      terminal: { stdin: typed !== undefined, stdout: false, stderr: typed !== undefined },
      columns: () => 80,
      env: { NO_COLOR: '1' },
      cwd: folder,
      homeFolder: folder,
      host: 'test-host',
      userId: process.getuid?.(),
      pid: 4242,
      isRunning: () => false,
      journals: diskStorage,
      clock: openClock(now),
      // Nothing that depends on how long a test takes.
      every: () => () => undefined,
      newId: () => {
        ids += 1;
        return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
      },
      stop: new AbortController().signal,
      halt: new AbortController().signal,
      aws: {
        systemClockOffset: (options.clock?.now().getTime() ?? Date.parse(now)) - Date.now(),
        ...(aws ?? awsAs()),
      },
      ...options,
    };
    awsTime = context.clock.now;
    const code = await main(argv, context);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  }

  return {
    emulator,
    server,
    folder,
    awsAs,
    setAwsTime: (time) => {
      awsTime = time;
    },
    run,
    write: (name, content) => writeFile(join(folder, name), content, { mode: 0o600 }),
    read: (name) => readFile(join(folder, name), 'utf8'),
    calls: () =>
      emulator.calls.map(({ service, operation, account }) =>
        [service, operation, account].filter(Boolean).join(' '),
      ),
    deletions: () =>
      emulator.calls
        .filter(({ effect }) => effect?.kind === 'deleted')
        .map(({ operation, account }) => `${operation} ${account}`),
  };
}

/** No time is still a turn: calls that are on their way side by side take turns. */
function pass(milliseconds: number): Promise<void> {
  return milliseconds === 0 ? setImmediate() : sleep(milliseconds);
}

/** All that is written, however much: a PassThrough would keep no more than its buffer holds. */
function collect(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}
