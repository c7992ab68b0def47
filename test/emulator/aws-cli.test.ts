/**
 * The AWS CLI against the emulator: a client that is not ours does by hand what rootsweep does, and is refused where
 * AWS refuses. Skipped, and said so, where there is no CLI or one that is older than AssumeRoot.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import type { PolicyDocument } from '../../src/emulator/policy/document.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { type EmulatorServer, serveEmulator } from '../../src/emulator/server.js';
import { type Credentials, sessionCredentials, type TaskPolicy, taskArn } from './clients.js';

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const CERTIFICATE = 'TA7SMP42TDN5Z26OBPJE7EXAMPLE';
const MFA = 'arn:aws:iam::222222222222:mfa/root-account-mfa-device';
const ROOT = {
  password: { created: '2020-01-02T03:04:05Z' },
  mfaDevices: [MFA],
  accessKeys: [KEY],
  signingCertificates: [CERTIFICATE],
};
const DENY_ORGANIZATIONS: PolicyDocument = {
  Statement: { Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' },
};
const SCENARIO: Scenario = {
  organization: { id: 'o-exampleorgid', managementAccount: '111111111111' },
  paging: { size: 2, emptyPages: 1 },
  scps: [{ id: 'p-denyexample', target: '/Sandbox', policy: DENY_ORGANIZATIONS }],
  accounts: [
    { id: '222222222222', name: 'sandbox-1', ou: '/Sandbox', root: ROOT },
    { id: '333333333333', name: 'sandbox-2', ou: '/Sandbox' },
    { id: '444444444444', name: 'workloads-prod', ou: '/Workloads/Prod' },
  ],
};

/** An empty home folder. */
const home = await mkdtemp(join(tmpdir(), 'emulator-aws-cli-'));

/** Runs the CLI beside this process, which serves it, with an environment that holds nothing of this machine. */
function aws(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
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

function environment(server: EmulatorServer, credentials: Credentials, region = 'eu-west-1') {
  return {
    AWS_ENDPOINT_URL: server.url,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
  };
}

function assumeRootArguments(target: string, task: TaskPolicy): readonly string[] {
  return [
    ...['sts', 'assume-root', '--target-principal', target],
    ...['--task-policy-arn', `arn=${taskArn(task)}`, '--output', 'json'],
  ];
}

/** The credentials that `aws sts assume-root` printed. */
function readCredentials(stdout: string): Credentials {
  return sessionCredentials(JSON.parse(stdout).Credentials);
}

/** Why the CLI cannot be used here; undefined if it can. */
async function findObstacle(): Promise<string | undefined> {
  const { code } = await aws(['--version']);
  if (code !== 0) return 'no AWS CLI on PATH';
  const help = await aws(['sts', 'assume-root', 'help']);
  return help.code === 0 ? undefined : 'the AWS CLI on PATH is older than assume-root';
}

const obstacle = await findObstacle();

after(() => rm(home, { recursive: true, force: true }));

test('the AWS CLI is here', { skip: obstacle ?? false }, () => {});

describe('the AWS CLI', { skip: obstacle !== undefined, concurrency: 2 }, () => {
  test('is the one on PATH', async (t) => {
    const { stdout, stderr } = await aws(['--version']);
    t.diagnostic(`${stdout}${stderr}`.trim());
  });

  describe('working through an organization', () => {
    let emulator: Emulator;
    let server: EmulatorServer;

    before(async () => {
      emulator = openEmulator(SCENARIO);
      server = await serveEmulator(emulator);
    });
    after(() => server.close());

    /** The JSON that a command prints, by the operator or in a session. */
    async function read(args: readonly string[], credentials: Credentials = emulator.callerCredentials()) {
      const run = await aws([...args, '--output', 'json'], environment(server, credentials));
      assert.equal(run.stderr.trim(), '');
      assert.equal(run.code, 0);
      return run.stdout === '' ? undefined : JSON.parse(run.stdout);
    }

    async function assumeRoot(task: TaskPolicy): Promise<Credentials> {
      const args = assumeRootArguments('222222222222', task);
      const run = await aws(args, environment(server, emulator.callerCredentials()));
      return readCredentials(run.stdout);
    }

    test('reads the organization', async () => {
      const [access, organization, identity, features] = await Promise.all([
        read(['organizations', 'list-aws-service-access-for-organization']),
        read(['organizations', 'describe-organization']),
        read(['sts', 'get-caller-identity']),
        read(['iam', 'list-organizations-features']),
      ]);
      assert.equal(access.EnabledServicePrincipals[0].ServicePrincipal, 'iam.amazonaws.com');
      assert.equal(organization.Organization.MasterAccountId, '111111111111');
      assert.equal(identity.Arn, 'arn:aws:iam::111111111111:user/operator');
      assert.deepEqual(features.EnabledFeatures, ['RootCredentialsManagement']);
    });

    test('lists all accounts, over pages of which every other one is empty', async () => {
      const { Accounts } = await read(['organizations', 'list-accounts']);
      assert.deepEqual(
        Accounts.map(({ Id }: { Id: string }) => Id),
        ['111111111111', '222222222222', '333333333333', '444444444444'],
      );
    });

    test('reads and updates service control policies, and registers a delegated administrator', async () => {
      const { Policies } = await read([
        ...['organizations', 'list-policies', '--filter', 'SERVICE_CONTROL_POLICY'],
      ]);
      assert.deepEqual(
        Policies.map(({ Id }: { Id: string }) => Id),
        ['p-FullAWSAccess', 'p-denyexample'],
      );
      const id = ['--policy-id', 'p-denyexample'];
      const { Targets } = await read(['organizations', 'list-targets-for-policy', ...id]);
      assert.deepEqual(Targets[0].Type, 'ORGANIZATIONAL_UNIT');
      const { Policy } = await read(['organizations', 'describe-policy', ...id]);
      assert.deepEqual(JSON.parse(Policy.Content), DENY_ORGANIZATIONS);
      const content = JSON.stringify({ ...DENY_ORGANIZATIONS, Version: '2012-10-17' });
      await read(['organizations', 'update-policy', ...id, '--content', content]);
      assert.equal((await read(['organizations', 'describe-policy', ...id])).Policy.Content, content);

      const service = ['--service-principal', 'iam.amazonaws.com'];
      await read([
        ...['organizations', 'register-delegated-administrator'],
        ...['--account-id', '333333333333', ...service],
      ]);
      const delegates = await read(['organizations', 'list-delegated-administrators', ...service]);
      assert.equal(delegates.DelegatedAdministrators[0].Id, '333333333333');
    });

    test('looks at and then deletes every root credential of an account', async () => {
      const audit = await assumeRoot('IAMAuditRootUserCredentials');
      const [summary, login, devices, keys, certificates, lastUsed] = await Promise.all([
        read(['iam', 'get-account-summary'], audit),
        read(['iam', 'get-login-profile'], audit),
        read(['iam', 'list-mfa-devices'], audit),
        read(['iam', 'list-access-keys'], audit),
        read(['iam', 'list-signing-certificates'], audit),
        read(['iam', 'get-access-key-last-used', '--access-key-id', KEY], audit),
      ]);
      assert.equal(summary.SummaryMap.AccountPasswordPresent, 1);
      assert.match(login.LoginProfile.CreateDate, /^2020-01-02T03:04:05/);
      assert.equal(devices.MFADevices[0].SerialNumber, MFA);
      assert.equal(keys.AccessKeyMetadata[0].AccessKeyId, KEY);
      assert.equal(certificates.Certificates[0].CertificateId, CERTIFICATE);
      assert.equal(lastUsed.AccessKeyLastUsed.ServiceName, 'N/A');

      const deleting = await assumeRoot('IAMDeleteRootUserCredentials');
      await read(['iam', 'delete-access-key', '--access-key-id', KEY], deleting);
      await read(['iam', 'delete-signing-certificate', '--certificate-id', CERTIFICATE], deleting);
      await read(['iam', 'delete-login-profile'], deleting);
      await read(['iam', 'deactivate-mfa-device', '--serial-number', MFA], deleting);
      const { password, accessKeys, mfaDevices, signingCertificates } = emulator.account('222222222222');
      assert.deepEqual([password, accessKeys, mfaDevices, signingCertificates], [undefined, [], [], []]);
      assert.deepEqual((await read(['iam', 'list-access-keys'], deleting)).AccessKeyMetadata, []);
    });
  });

  describe('is refused', () => {
    let emulator: Emulator;
    let server: EmulatorServer;

    before(async () => {
      emulator = openEmulator(SCENARIO);
      server = await serveEmulator(emulator);
    });
    after(() => server.close());

    function run(args: readonly string[], credentials: Credentials = emulator.callerCredentials()) {
      return aws(args, environment(server, credentials));
    }

    async function openSession(task: TaskPolicy): Promise<Credentials> {
      const { stdout } = await run(assumeRootArguments('222222222222', task));
      return readCredentials(stdout);
    }

    test('a deletion in an auditing session', async () => {
      const { code, stderr } = await run(
        ['iam', 'delete-login-profile'],
        await openSession('IAMAuditRootUserCredentials'),
      );
      assert.notEqual(code, 0);
      assert.match(
        stderr,
        /\(AccessDenied\) when calling the DeleteLoginProfile operation: .* with an explicit deny/,
      );
      assert.ok(emulator.account('222222222222').password);
    });

    test('a user name in a root session', async () => {
      const session = await openSession('IAMDeleteRootUserCredentials');
      const { stderr } = await run(['iam', 'list-access-keys', '--user-name', 'root'], session);
      assert.match(
        stderr,
        /\(AccessDenied\) .* on resource: arn:aws:iam::222222222222:user\/root with an explicit deny/,
      );
    });

    test('the management account as target', async () => {
      const { stderr } = await run(assumeRootArguments('111111111111', 'IAMAuditRootUserCredentials'));
      assert.match(
        stderr,
        /\(AccessDenied\) when calling the AssumeRoot operation: User: arn:aws:iam::111111111111:user\/operator is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::111111111111:root$/m,
      );
    });

    test('a task whose feature is off', async () => {
      const { stderr } = await run(assumeRootArguments('222222222222', 'S3UnlockBucketPolicy'));
      assert.match(
        stderr,
        /\(AccessDenied\) .*: Root sessions feature is not enabled for your AWS Organization\.$/m,
      );
    });

    test('a wrong secret, by each protocol', async () => {
      const wrong = { ...emulator.callerCredentials(), secretAccessKey: 'wrong' };
      const [query, json] = await Promise.all([
        run(['sts', 'get-caller-identity'], wrong),
        run(['organizations', 'describe-organization'], wrong),
      ]);
      assert.match(
        query.stderr,
        /\(SignatureDoesNotMatch\) .* The request signature we calculated does not match/,
      );
      assert.match(
        json.stderr,
        /\(InvalidSignatureException\) .* The request signature we calculated does not match/,
      );
    });

    test('an expired session', async (t) => {
      let ahead = 0;
      // The clock goes on by less than signatures tolerate, and by as much as the session lives.
      const later = openEmulator(SCENARIO, { now: () => new Date(Date.now() + ahead) });
      const other = await serveEmulator(later);
      t.after(() => other.close());
      const issued = await aws(
        [...assumeRootArguments('222222222222', 'IAMAuditRootUserCredentials'), '--duration-seconds', '300'],
        environment(other, later.callerCredentials()),
      );
      ahead = 300_000;
      const { stderr } = await aws(
        ['iam', 'list-access-keys'],
        environment(other, readCredentials(issued.stdout)),
      );
      assert.match(stderr, /\(ExpiredToken\) .* The security token included in the request is expired/);
    });

    test('AssumeRoot at the global endpoint', async () => {
      const credentials = emulator.callerCredentials();
      const { stderr } = await aws(assumeRootArguments('222222222222', 'IAMAuditRootUserCredentials'), {
        ...environment(server, credentials, 'aws-global'),
      });
      assert.match(stderr, /\(InvalidAction\) .*: Unknown Operation/);
    });

    test('an operation that the emulator does not know', async () => {
      const { stderr } = await run([
        'iam',
        'update-access-key',
        '--access-key-id',
        KEY,
        '--status',
        'Inactive',
      ]);
      assert.match(stderr, /\(InvalidAction\)/);
      assert.equal(
        emulator.calls.find(({ operation }) => operation === 'UpdateAccessKey')?.unknownOperation,
        true,
      );
    });
  });
});
