/**
 * The AWS CLI, run beside this process, which serves it. Tests with it are skipped, and it is said, where there is no CLI
 * or one that is too old.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { EmulatorServer } from '../../src/emulator/server.js';
import { type Credentials, sessionCredentials, type TaskPolicy, taskArn } from './clients.js';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty home folder. */
export const home = await mkdtemp(join(tmpdir(), 'emulator-aws-cli-'));
after(() => rm(home, { recursive: true, force: true }));

/** Runs the CLI with an environment that holds nothing of this machine. */
export function aws(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    ...env,
  };
  return new Promise((resolve) => {
    execFile('aws', args, { env: environment }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1,
        stdout,
        stderr,
      });
    });
  });
}

export function environment(
  server: EmulatorServer,
  credentials: Credentials,
  region = 'eu-west-1',
): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}

export function assumeRootArguments(target: string, task: TaskPolicy): readonly string[] {
  return [
    ...['sts', 'assume-root', '--target-principal', target],
    ...['--task-policy-arn', `arn=${taskArn(task)}`, '--output', 'json'],
  ];
}

/** The credentials that `aws sts assume-root` printed. */
export function readCredentials(stdout: string): Credentials {
  return sessionCredentials(JSON.parse(stdout).Credentials);
}

/** Opens a root session as the operator. */
export async function assumeRootByCli(
  emulator: Emulator,
  server: EmulatorServer,
  target: string,
  task: TaskPolicy,
): Promise<Credentials> {
  const run = await aws(assumeRootArguments(target, task), environment(server, emulator.callerCredentials()));
  return readCredentials(run.stdout);
}

/** Why the CLI cannot be used here; undefined if it can. */
export async function findObstacle(): Promise<string | undefined> {
  const { code } = await aws(['--version']);
  if (code !== 0) return 'no AWS CLI on PATH';
  const help = await aws(['sts', 'assume-root', 'help']);
  return help.code === 0 ? undefined : 'the AWS CLI on PATH is older than assume-root';
}
