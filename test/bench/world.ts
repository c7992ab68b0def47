/** The emulated organizations of the bench, served one after the other by a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Question, Served, Traffic } from './emulator-process.js';

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

/** What serves the organizations, one at a time. */
export class Host {
  readonly #process: ChildProcess;
  /** Fulfilled when the process has ended, for whatever reason. */
  readonly #ended: Promise<unknown>;

  constructor(process: ChildProcess) {
    this.#process = process;
    this.#ended = once(process, 'exit');
  }

  /**
   * Serves another organization than before.
   *
   * @returns what a client needs to find it, and nothing else of this machine.
   */
  async serve(world: World): Promise<Record<string, string>> {
    const { url, accessKeyId, secretAccessKey } = (await this.#ask({ serve: world })) as Served;
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
    return (await this.#ask('traffic')) as Traffic;
  }

  async close(): Promise<void> {
    this.#process.kill();
    await this.#ended;
  }

  async #ask(question: Question): Promise<unknown> {
    this.#process.send(question);
    const ended = this.#ended.then(() => {
      throw new Error('the process of the emulator has ended');
    });
    const [answer] = await Promise.race([once(this.#process, 'message'), ended]);
    return answer;
  }
}

export function openHost(): Host {
  const path = fileURLToPath(new URL('emulator-process.js', import.meta.url));
  return new Host(fork(path));
}
