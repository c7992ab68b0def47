/** The programs of OpenSSH, with real keys and a real agent. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';

/** Why tests that need OpenSSH are skipped; false where it is installed. */
export const withoutOpenSsh =
  ['ssh-keygen', 'ssh-add', 'ssh-agent'].some((name) => spawnSync(name, ['-?']).error !== undefined) &&
  'the programs of OpenSSH are not installed';

/** What a shell hands on to rootsweep; what lies in this process's environment is not for the tests. */
export const PATH = process.env.PATH ?? '';
for (const name of Object.keys(process.env)) if (name.startsWith('SSH_')) delete process.env[name];

export type KeyKind = 'ed25519' | 'ecdsa' | 'rsa';

/** Makes `name` and `name.pub` in a folder. @returns the line of the .pub file, comment and all. */
export function createSshKey(folder: string, name: string, kind: KeyKind, passphrase = ''): string {
  const size = { ed25519: [], ecdsa: ['-b', '256'], rsa: ['-b', '2048'] }[kind];
  const args = ['-q', '-t', kind, ...size, '-N', passphrase, '-C', `${name} of the tests`, '-f', name];
  const { status, stderr } = spawnSync('ssh-keygen', args, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return readFileSync(join(folder, `${name}.pub`), 'utf8').trimEnd();
}

export interface Agent {
  /** What rootsweep must be handed to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes a key in, and its private half from the disk. */
  readonly take: (folder: string, name: string) => void;
}

/** An agent that ends with the test. */
export async function startAgent(t: TestContext): Promise<Agent> {
  const folder = mkdtempSync(join(tmpdir(), 'rootsweep-agent-'));
  const socket = join(folder, 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  t.after(async () => {
    const exit = agent.exitCode === null ? once(agent, 'exit') : undefined;
    agent.kill();
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });
  while (!existsSync(socket) && agent.exitCode === null) await setTimeout(25);
  const env = { NO_COLOR: '1', PATH, SSH_AUTH_SOCK: socket };
  return {
    env,
    take: (place, name) => {
      const { status, stderr } = spawnSync('ssh-add', ['-q', name], { cwd: place, env, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      rmSync(join(place, name));
    },
  };
}
