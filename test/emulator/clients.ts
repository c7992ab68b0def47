import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRootCommand, STSClient } from '@aws-sdk/client-sts';
import { type Emulator, type EmulatorOptions, openEmulator } from '../../src/emulator/emulator.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { type EmulatorServer, serveEmulator } from '../../src/emulator/server.js';

export type TaskPolicy =
  | 'IAMAuditRootUserCredentials'
  | 'IAMDeleteRootUserCredentials'
  | 'IAMCreateRootUserPassword'
  | 'S3UnlockBucketPolicy'
  | 'SQSUnlockQueuePolicy';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A served emulator with AWS's own SDK in front of it. One attempt each: what the emulator says is what we see. */
export interface Bench extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly server: EmulatorServer;
  organizations(caller?: string): OrganizationsClient;
  sts(caller?: string): STSClient;
  iam(caller?: string): IAMClient;
  /** An IAM client in a root session of the account. */
  rootSession(account: string, task: TaskPolicy, caller?: string): Promise<IAMClient>;
  iamWith(credentials: Credentials): IAMClient;
  /** The credentials of a root session of the account. */
  assumeRoot(account: string, task: TaskPolicy, caller?: string): Promise<Credentials>;
  s3(credentials: Credentials, region?: string): S3Client;
  sqs(credentials: Credentials, region?: string): SQSClient;
}

export async function openBench(scenario: Scenario, options?: EmulatorOptions): Promise<Bench> {
  const emulator = openEmulator({ paging: { emptyPages: 0 }, ...scenario }, options);
  const server = await serveEmulator(emulator);
  const configure = (credentials: Credentials, region = 'eu-west-1') => ({
    endpoint: server.url,
    region,
    maxAttempts: 1,
    credentials,
  });
  const of = (caller?: string) => configure(emulator.callerCredentials(caller));
  const iamWith = (credentials: Credentials) => new IAMClient(configure(credentials));
  const sts = (caller?: string) => new STSClient(of(caller));
  const assumeRoot = async (account: string, task: TaskPolicy, caller?: string) => {
    const answer = await sts(caller).send(
      new AssumeRootCommand({ TargetPrincipal: account, TaskPolicyArn: { arn: taskArn(task) } }),
    );
    return sessionCredentials(answer.Credentials);
  };
  return {
    emulator,
    server,
    organizations: (caller) => new OrganizationsClient(of(caller)),
    sts,
    iam: (caller) => new IAMClient(of(caller)),
    iamWith,
    rootSession: async (account, task, caller) => iamWith(await assumeRoot(account, task, caller)),
    assumeRoot,
    s3: (credentials, region) => new S3Client(configure(credentials, region)),
    sqs: (credentials, region) => new SQSClient(configure(credentials, region)),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

export function taskArn(task: TaskPolicy): string {
  return `arn:aws:iam::aws:policy/root-task/${task}`;
}

export function sessionCredentials(
  credentials:
    | {
        AccessKeyId?: string | undefined;
        SecretAccessKey?: string | undefined;
        SessionToken?: string | undefined;
      }
    | undefined,
): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken } = credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw new TypeError('AssumeRoot answered without credentials');
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** What `assert.rejects` compares: the error's name and text as the SDK reports them. */
export function refusal(name: string, message?: string): { name: string; message?: string } {
  return { name, ...(message !== undefined && { message }) };
}
