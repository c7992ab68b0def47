/** The CLI as a process of its own, on an emulator in this one: what a signal or a crash needs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import { readPidSpace } from '../../src/files/journal/pid-space.js';
import { createHarness, type Harness, type RunOptions } from './harness.js';
import { type Judge, openJudge } from './judge.js';
import { CONFIG, createPlanned, ORGANIZATION } from './planned.js';

export const BIN = fileURLToPath(import.meta.resolve('#dist/bin/rootsweep.js'));

/** Three MFA devices, two passwords, a key and a certificate to delete; and three accounts in which nothing is. */
export const SCENARIO = `
organization: { id: ${ORGANIZATION}, managementAccount: "111111111111", rootId: r-ab12 }
accounts:
  - { id: "111111111111", name: management, root: { password: true, mfaDevices: 1 } }
  - { id: "222222222222", name: empty }
  - { id: "333333333333", name: shop, root: { password: true, mfaDevices: 2 } }
  - id: "444444444444"
    name: legacy
    root: { password: true, mfaDevices: 1, accessKeys: 1, signingCertificates: [TA7SMP42TDN5Z26OBPJE7EXAMPLE] }
  - { id: "555555555555", name: break-glass, root: { password: true, mfaDevices: 1, accessKeys: 1 } }
`;

export const POLICY = `
version: 1
exclude: [{ account: "555555555555", reason: break-glass }]
delete: [password, mfa-device, access-key, signing-certificate]
waivers: [{ signing-certificate: TA7SMP42TDN5Z26OBPJE7EXAMPLE, reason: not used any more, until: 2099-12-31 }]
findings: { access-key-present: warn, signing-certificate-present: warn }
`;

const FILES = ['org.plan.yaml', 'policy.yaml', 'trust.yaml', CONFIG];
export const PLAN = ['plan', '--policy', 'policy.yaml', '--out', 'org.plan.yaml', '--key', 'key.pem'];
export const APPLY = ['apply', 'org.plan.yaml', '--policy', 'policy.yaml', '--trust', 'trust.yaml'];
export const CONFIRMED = [...APPLY, '--confirm', ORGANIZATION, '--json'];
const ALONE = [...CONFIRMED, '--concurrency', '1'];

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnSettings {
  readonly argv?: readonly string[];
  readonly folder?: string;
  /** What node itself is started with. */
  readonly nodeArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A shell command to run instead, in which `"$@"` is the command line. */
  readonly shell?: string;
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  /** What was written to stderr so far. */
  readonly stderr: () => string;
}

/** An organization of its own, with a plan in its folder, and a judge who watches. */
export interface Scene extends Harness {
  readonly judge: Judge;
  readonly spawn: (settings?: SpawnSettings) => Spawned;
  /** `apply` again, in this process and until now undisturbed. */
  readonly resume: (options?: RunOptions) => ReturnType<Harness['run']>;
  /** Makes another folder with the same files: another machine. */
  readonly copyFiles: (name: string) => Promise<string>;
}

/** A process of this machine as the lock sees it. */
export function thisProcess(): RunOptions {
  const isRunning = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const pidSpace = readPidSpace();
  return {
    now: new Date().toISOString(),
    host: hostname(),
    pid: process.pid,
    ...(pidSpace === undefined ? {} : { pidSpace }),
    isRunning,
  };
}

/** Plans once; each scene made after that is the same organization before anything was deleted in it. */
export async function planOnce(
  t: TestContext,
  scenario: string = SCENARIO,
  policy: string = POLICY,
): Promise<() => Promise<Scene>> {
  const planned = await createPlanned(t, { scenario, policy });
  // A process of its own has the true time; a plan is good for some days from when it was made.
  await planned.run(PLAN, thisProcess());
  return async () => {
    const harness = await createHarness(t, scenario);
    for (const file of FILES)
      await cp(join(planned.folder, file), join(harness.folder, file), { recursive: true });
    return openScene(harness);
  };
}

function openScene(harness: Harness): Scene {
  const folders = [harness.folder];
  return {
    ...harness,
    judge: openJudge(harness.emulator, folders),
    spawn: (settings) => spawnCli(harness, settings),
    resume: (options) => harness.run(ALONE, { ...thisProcess(), ...options }),
    copyFiles: async (name) => {
      const folder = join(harness.folder, name);
      await mkdir(folder);
      for (const file of FILES) await cp(join(harness.folder, file), join(folder, file), { recursive: true });
      folders.push(folder);
      return folder;
    },
  };
}

export function spawnCli({ emulator, server, folder }: Harness, settings: SpawnSettings = {}): Spawned {
  const { argv = ALONE, nodeArgv = [], shell } = settings;
  const { accessKeyId, secretAccessKey } = emulator.callerCredentials();
  const line = [process.execPath, ...nodeArgv, BIN, ...argv];
  const [file = '', ...rest] = shell === undefined ? line : ['bash', '-c', shell, 'bash', ...line];
  const child = spawn(file, rest, {
    cwd: settings.folder ?? folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...settings.env,
    },
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...texts }) as Ending);
  return { child, ended, stderr: () => texts.stderr };
}

/** Judges a scene in which a run was cut off: `apply` again brings it to the right end, and once more changes nothing. */
export async function findResumeProblems({ judge, resume }: Scene): Promise<string[]> {
  const from = judge.deletions.length;
  const resumed = await resume();
  const problems = [
    ...(resumed.code === 0 ? [] : [`the resumed run ended with ${resumed.code}: ${resumed.stderr}`]),
    ...judge.left().map((name) => `left: ${name}`),
    ...judge.problems(),
    ...judge.ledgerProblems(resumed.stdout, resumed.code, from),
  ];
  const done = judge.deletions.length;
  const again = await resume();
  if (again.code !== 0) problems.push(`the further run ended with ${again.code}: ${again.stderr}`);
  if (judge.deletions.length > done) problems.push('the further run deleted something');
  return [...problems, ...judge.ledgerProblems(again.stdout, again.code, done)];
}

/** Runs a check at each point, two at a time. @returns for each point that failed, what it is and why. */
export async function checkPoints<T>(
  points: readonly T[],
  check: (point: T) => Promise<readonly string[]>,
): Promise<string[]> {
  const limit = pLimit(2);
  const found = await Promise.all(
    points.map((point) =>
      limit(async () => {
        const problems = await check(point);
        return problems.length === 0 ? [] : [`${JSON.stringify(point)}: ${problems.join('; ')}`];
      }),
    ),
  );
  return found.flat();
}
