/** A policy in a git repository: the harness's folder is one, with the first policy in its main branch. */
import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Result, RunOptions } from './harness.js';
import { createPlanned, type Planned } from './planned.js';

const run = promisify(execFile);

/** Nothing of who runs the tests, and where: neither their configuration nor the variables of a hook. */
const ENV = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_NOSYSTEM: '1' };
const FLAGS = ['user.name=tester', 'user.email=tester@example.com', 'commit.gpgsign=false'].flatMap((it) => [
  '-c',
  it,
]);

/** Runs git in a folder, and returns what it prints. */
export async function runGit(folder: string, ...args: readonly string[]): Promise<string> {
  return (await run('git', [...FLAGS, ...args], { cwd: folder, env: ENV })).stdout.trim();
}

export interface Committed extends Planned {
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** The id of the first commit, which `main` names. */
  readonly commit: string;
  /** Changes to what `plan` and `verify` find in their environment. */
  readonly planIn: (env: RunOptions['env'], ...more: readonly string[]) => Promise<Result>;
  readonly verifyIn: (env: RunOptions['env'], ...more: readonly string[]) => Promise<Result>;
}

/** Commits the policy on `main`, and then writes the other one, on a branch. */
export async function createCommitted(t: TestContext, policy: string, changed: string): Promise<Committed> {
  const planned = await createPlanned(t, { policy });
  const git = (...args: readonly string[]) => runGit(planned.folder, ...args);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', 'policy.yaml');
  await git('commit', '--quiet', '--message=Policy');
  await git('checkout', '--quiet', '-b', 'change');
  await planned.write('policy.yaml', changed);
  const withGit = (argv: readonly string[], env: RunOptions['env']) =>
    planned.run(argv, { env: { NO_COLOR: '1', ...ENV, ...env } });
  const files = ['--policy', 'policy.yaml'];
  return {
    ...planned,
    git,
    commit: await git('rev-parse', 'main'),
    planIn: (env, ...more) =>
      withGit(['plan', ...files, '--out', 'org.plan.yaml', '--key', 'key.pem', ...more], env),
    verifyIn: (env, ...more) =>
      withGit(['verify', 'org.plan.yaml', ...files, '--trust', 'trust.yaml', ...more], env),
  };
}
