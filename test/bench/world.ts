/** An emulated organization for the bench, in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Served, Traffic } from './emulator-process.js';

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

export class RunningWorld {
  readonly #process: ChildProcess;
  readonly #served: Served;

  constructor(process: ChildProcess, served: Served) {
    this.#process = process;
    this.#served = served;
  }

  /** What a client needs to find it, and nothing else of this machine. */
  get env(): Record<string, string> {
    const { url, accessKeyId, secretAccessKey } = this.#served;
    return {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
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
  const [served] = await once(child, 'message');
  return new RunningWorld(child, served as Served);
}
