/**
 * The AWS CLI against the emulator: a client that is not ours does by hand what rootsweep does, and is refused where
 * AWS refuses. Skipped, and said so, where there is no CLI or one that is older than AssumeRoot.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Emulator, openEmulator } from '../../src/emulator/emulator.js';
import type { IamPolicyDocument } from '../../src/emulator/policy/document.js';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { type EmulatorServer, serveEmulator } from '../../src/emulator/server.js';
import {
  assumeRootArguments,
  assumeRootByCli,
  aws,
  environment,
  findObstacle,
  readCredentials,
} from './aws-command.js';
import type { Credentials, TaskPolicy } from './clients.js';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const CERTIFICATE = 'TA7SMP42TDN5Z26OBPJE7EXAMPLE';
const MFA = 'arn:aws:iam::222222222222:mfa/root-account-mfa-device';
const ROOT = {
  password: { created: '2020-01-02T03:04:05Z' },
  mfaDevices: [MFA],
  accessKeys: [KEY],
  signingCertificates: [CERTIFICATE],
};
const DENY_ORGANIZATIONS: IamPolicyDocument = {
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

const obstacle = await findObstacle();

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

    const assumeRoot = (task: TaskPolicy) => assumeRootByCli(emulator, server, '222222222222', task);

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
