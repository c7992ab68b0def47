/** A policy in a git repository: the harness's folder is one, with the first policy in its main branch. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Copies the trust file out of the repository, where it counts, and returns its path. */
export async function copyTrust(t: TestContext, { folder }: Pick<Planned, 'folder'>): Promise<string> {
  const outside = await mkdtemp(join(tmpdir(), 'rootsweep-trust-'));
  t.after(() => rm(outside, { recursive: true, force: true }));
  const path = join(outside, 'trust.yaml');
  await copyFile(join(folder, 'trust.yaml'), path);
  return path;
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
  const trust = await copyTrust(t, planned);
  const withGit = (argv: readonly string[], env: RunOptions['env']) =>
    planned.run(argv, { env: { NO_COLOR: '1', ROOTSWEEP_TRUST: trust, ...ENV, ...env } });
  const files = ['--policy', 'policy.yaml'];
  return {
    ...planned,
    git,
    commit: await git('rev-parse', 'main'),
    planIn: (env, ...more) =>
      withGit(['plan', ...files, '--out', 'org.plan.yaml', '--key', 'key.pem', ...more], env),
    verifyIn: (env, ...more) => withGit(['verify', 'org.plan.yaml', ...files, ...more], env),
  };
}
