/** An emulated organization for the bench, in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ready, Served, Traffic } from './emulator-process.js';

export const ORGANIZATION = 'o-benchmarks';

export interface World {
  readonly accounts: number;
  /** Of the accounts, the share whose root user has credentials, from 0 to 1. */
  readonly share: number;
  /** Milliseconds that each answer takes longer. */
  readonly latency: number;
  /** Whether AWS's documented quotas are kept. */
  readonly quotas: boolean;
}

/** What the emulator is warmed up with. */
export const REHEARSAL: World = { accounts: 1_000, share: 0.3, latency: 1, quotas: false };

export class RunningWorld {
  readonly #process: ChildProcess;
  readonly #ready: Ready;

  constructor(process: ChildProcess, ready: Ready) {
    this.#process = process;
    this.#ready = ready;
  }

  /** What a client needs to find it, and nothing else of this machine. */
  get env(): Record<string, string> {
    return environmentOf(this.#ready.served);
  }

  /** The same, for the organization of the rehearsal. */
  get rehearsalEnv(): Record<string, string> {
    return environmentOf(this.#ready.rehearsal);
  }

  /** What was asked since the last time. */
  async takeTraffic(): Promise<Traffic> {
    this.#process.send('traffic');
    const [traffic] = await once(this.#process, 'message');
    return traffic as Traffic;
  }

  async close(): Promise<void> {
    const closed = once(this.#process, 'exit');
    this.#process.kill();
    await closed;
  }
}

export async function openWorld(world: World): Promise<RunningWorld> {
  const child = fork(
    fileURLToPath(new URL('emulator-process.js', import.meta.url)),
    [JSON.stringify(world)],
    {
      execArgv: [],
    },
  );
  const [ready] = await once(child, 'message');
  return new RunningWorld(child, ready as Ready);
}

function environmentOf({ url, accessKeyId, secretAccessKey }: Served): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
