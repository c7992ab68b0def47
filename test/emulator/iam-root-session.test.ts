import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateLoginProfileCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSigningCertificateCommand,
  DeleteVirtualMFADeviceCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
} from '@aws-sdk/client-iam';
import { openBench } from './clients.js';

const MFA = 'arn:aws:iam::222222222222:mfa/root-account-mfa-device';
const PASSKEY = 'arn:aws:iam::222222222222:u2f/root/key-R1234EXAMPLE';
const CERTIFICATE = 'TA7SMP42TDN5Z26OBPJE7EXAMPLE';
const SCENARIO = {
  accounts: [
    {
      id: '222222222222',
      name: 'sandbox-1',
      joined: '2019-05-06T07:08:09Z',
      root: {
        password: { created: '2020-01-02T03:04:05Z', lastUsed: '2021-01-02T03:04:05Z' },
        mfaDevices: [{ serial: MFA, enabled: '2020-02-02T00:00:00Z' }, PASSKEY],
        accessKeys: [
          { id: 'AKIAIOSFODNN7EXAMPLE', created: '2019-06-01T00:00:00Z', lastUsed: '2024-03-01T10:00:00Z' },
          { id: 'AKIAI44QH8DHBEXAMPLE', status: 'Inactive' as const, created: '2019-07-01T00:00:00Z' },
        ],
        signingCertificates: [CERTIFICATE],
      },
    },
    { id: '333333333333', name: 'clean' },
  ],
};

const AUDIT = 'IAMAuditRootUserCredentials';
const DELETE = 'IAMDeleteRootUserCredentials';

async function openSession(
  task: Parameters<Awaited<ReturnType<typeof openBench>>['rootSession']>[1],
  account = '222222222222',
) {
  const bench = await openBench(SCENARIO);
  const iam = await bench.rootSession(account, task);
  return {
    bench,
    iam,
    root: bench.emulator.account(account),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

test('GetUser answers the account without a user name or a path', async () => {
  await using session = await openSession(AUDIT);
  const { User } = await session.iam.send(new GetUserCommand({}));
  assert.deepEqual(User, {
    PasswordLastUsed: new Date('2021-01-02T03:04:05Z'),
    Arn: 'arn:aws:iam::222222222222:root',
    UserId: '222222222222',
    CreateDate: new Date('2019-05-06T07:08:09Z'),
  });
});

test('GetLoginProfile answers when the password was made', async () => {
  await using session = await openSession(AUDIT);
  const { LoginProfile } = await session.iam.send(new GetLoginProfileCommand({}));
  assert.deepEqual(LoginProfile, {
    PasswordResetRequired: false,
    CreateDate: new Date('2020-01-02T03:04:05Z'),
  });
});

test('GetLoginProfile is refused in the words of AWS when there is no password', async () => {
  await using session = await openSession(AUDIT, '333333333333');
  await assert.rejects(session.iam.send(new GetLoginProfileCommand({})), {
    name: 'NoSuchEntityException',
    message: 'Login Profile for User null cannot be found.',
  });
});

test('ListAccessKeys lists keys without user names', async () => {
  await using session = await openSession(AUDIT);
  const answer = await session.iam.send(new ListAccessKeysCommand({}));
  assert.deepEqual(answer.AccessKeyMetadata, [
    { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Active', CreateDate: new Date('2019-06-01T00:00:00Z') },
    { AccessKeyId: 'AKIAI44QH8DHBEXAMPLE', Status: 'Inactive', CreateDate: new Date('2019-07-01T00:00:00Z') },
  ]);
  assert.equal(answer.IsTruncated, false);
});

test('ListAccessKeys answers an empty list, not a missing one, when there are no keys', async () => {
  await using session = await openSession(AUDIT, '333333333333');
  assert.deepEqual((await session.iam.send(new ListAccessKeysCommand({}))).AccessKeyMetadata, []);
});

test('IAM lists page by MaxItems and Marker', async () => {
  await using session = await openSession(AUDIT);
  const first = await session.iam.send(new ListAccessKeysCommand({ MaxItems: 1 }));
  assert.equal(first.IsTruncated, true);
  const second = await session.iam.send(new ListAccessKeysCommand({ MaxItems: 1, Marker: first.Marker }));
  assert.equal(second.AccessKeyMetadata?.[0]?.AccessKeyId, 'AKIAI44QH8DHBEXAMPLE');
  assert.equal(second.IsTruncated, false);
});

test('IAM lists refuse a MaxItems of 0 and a marker of their own making', async () => {
  await using session = await openSession(AUDIT);
  await assert.rejects(
    session.iam.send(new ListMFADevicesCommand({ MaxItems: 0 })),
    /^ValidationError: 1 validation/,
  );
  await assert.rejects(session.iam.send(new ListMFADevicesCommand({ Marker: 'x' })), {
    name: 'ValidationError',
  });
});

test('GetAccessKeyLastUsed tells when, where and by what', async () => {
  await using session = await openSession(AUDIT);
  const used = await session.iam.send(
    new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
  );
  assert.deepEqual(used.AccessKeyLastUsed, {
    Region: 'us-east-1',
    ServiceName: 's3',
    LastUsedDate: new Date('2024-03-01T10:00:00Z'),
  });
});

test('GetAccessKeyLastUsed says N/A when the key was never used', async () => {
  await using session = await openSession(AUDIT);
  const unused = await session.iam.send(
    new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAI44QH8DHBEXAMPLE' }),
  );
  assert.deepEqual(unused.AccessKeyLastUsed, { Region: 'N/A', ServiceName: 'N/A' });
});

test('ListMFADevices lists serial numbers of every kind', async () => {
  await using session = await openSession(AUDIT);
  const { MFADevices } = await session.iam.send(new ListMFADevicesCommand({}));
  assert.deepEqual(
    MFADevices?.map(({ SerialNumber }) => SerialNumber),
    [MFA, PASSKEY],
  );
  assert.deepEqual(MFADevices?.[0]?.EnableDate, new Date('2020-02-02T00:00:00Z'));
});

test('ListSigningCertificates lists certificates in PEM', async () => {
  await using session = await openSession(AUDIT);
  const { Certificates } = await session.iam.send(new ListSigningCertificatesCommand({}));
  assert.equal(Certificates?.[0]?.CertificateId, CERTIFICATE);
  assert.match(Certificates?.[0]?.CertificateBody ?? '', /^-----BEGIN CERTIFICATE-----\n/);
});

test('GetAccountSummary has 34 keys and shows what root has', async () => {
  await using session = await openSession(AUDIT);
  const { SummaryMap } = await session.iam.send(new GetAccountSummaryCommand({}));
  assert.equal(Object.keys(SummaryMap ?? {}).length, 34);
  assert.equal(SummaryMap?.AccountMFAEnabled, 1);
  assert.equal(SummaryMap?.AccountAccessKeysPresent, 1);
  assert.equal(SummaryMap?.AccountPasswordPresent, 1);
  assert.equal(SummaryMap?.AccountSigningCertificatesPresent, 1);
});

test('GetAccountSummary is all zero for an account without root credentials', async () => {
  await using session = await openSession(AUDIT, '333333333333');
  const { SummaryMap } = await session.iam.send(new GetAccountSummaryCommand({}));
  assert.equal(SummaryMap?.AccountMFAEnabled, 0);
  assert.equal(SummaryMap?.AccountAccessKeysPresent, 0);
  assert.equal(SummaryMap?.AccountPasswordPresent, 0);
  assert.equal(SummaryMap?.AccountSigningCertificatesPresent, 0);
});

test('a deleting session deletes each kind of credential, and nothing else', async () => {
  await using session = await openSession(DELETE);
  await session.iam.send(new DeleteAccessKeyCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }));
  await session.iam.send(new DeleteSigningCertificateCommand({ CertificateId: CERTIFICATE }));
  await session.iam.send(new DeleteLoginProfileCommand({}));
  await session.iam.send(new DeactivateMFADeviceCommand({ SerialNumber: MFA }));
  assert.deepEqual(
    session.root.accessKeys.map(({ id }) => id),
    ['AKIAI44QH8DHBEXAMPLE'],
  );
  assert.deepEqual(
    session.root.mfaDevices.map(({ serial }) => serial),
    [PASSKEY],
  );
  assert.deepEqual(session.root.signingCertificates, []);
  assert.equal(session.root.password, undefined);
});

test('each deletion answers NoSuchEntity when there is nothing to delete', async () => {
  await using session = await openSession(DELETE, '333333333333');
  const noSuchEntity = (message: string) => ({ name: 'NoSuchEntityException', message });
  await assert.rejects(
    session.iam.send(new DeleteAccessKeyCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })),
    noSuchEntity('The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.'),
  );
  await assert.rejects(
    session.iam.send(new DeleteSigningCertificateCommand({ CertificateId: CERTIFICATE })),
    noSuchEntity(`The Certificate with id ${CERTIFICATE} cannot be found.`),
  );
  await assert.rejects(
    session.iam.send(new DeleteLoginProfileCommand({})),
    noSuchEntity('Login Profile for User null cannot be found.'),
  );
  await assert.rejects(
    session.iam.send(new DeactivateMFADeviceCommand({ SerialNumber: MFA })),
    noSuchEntity('MFA Device invalid for user.'),
  );
});

test('deletions require their parameter', async () => {
  await using session = await openSession(DELETE);
  await assert.rejects(session.iam.send(new DeleteAccessKeyCommand({ AccessKeyId: undefined })), {
    name: 'ValidationError',
    message:
      "1 validation error detected: Value null at 'accessKeyId' failed to satisfy constraint: Member must not be null",
  });
});

for (const [name, command] of [
  ['DeleteLoginProfile', new DeleteLoginProfileCommand({})],
  ['DeleteAccessKey', new DeleteAccessKeyCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' })],
  ['DeactivateMFADevice', new DeactivateMFADeviceCommand({ SerialNumber: MFA })],
  ['DeleteSigningCertificate', new DeleteSigningCertificateCommand({ CertificateId: CERTIFICATE })],
  ['CreateLoginProfile', new CreateLoginProfileCommand({})],
] as const) {
  test(`an auditing session is denied ${name}`, async () => {
    await using session = await openSession(AUDIT);
    const before = session.bench.emulator.snapshot();
    await assert.rejects(session.iam.send(command as DeleteLoginProfileCommand), {
      name: 'AccessDenied',
      message: `User: arn:aws:iam::222222222222:root is not authorized to perform: iam:${name} on resource: arn:aws:iam::222222222222:root with an explicit deny in a session policy`,
    });
    assert.deepEqual(session.bench.emulator.snapshot(), before);
  });
}

test('a deleting session is denied GetAccountSummary', async () => {
  await using session = await openSession(DELETE);
  await assert.rejects(
    session.iam.send(new GetAccountSummaryCommand({})),
    /iam:GetAccountSummary on resource: \* with/,
  );
});

test('a deleting session lists what it deletes', async () => {
  await using session = await openSession(DELETE);
  await session.iam.send(new ListAccessKeysCommand({}));
  await session.iam.send(new ListMFADevicesCommand({}));
  await session.iam.send(new ListSigningCertificatesCommand({}));
  await session.iam.send(new GetLoginProfileCommand({}));
});

test('a root session that names a user is denied, because the resource is then the user', async () => {
  await using session = await openSession(DELETE);
  await assert.rejects(session.iam.send(new ListAccessKeysCommand({ UserName: 'root' })), {
    name: 'AccessDenied',
    message:
      'User: arn:aws:iam::222222222222:root is not authorized to perform: iam:ListAccessKeys on resource: arn:aws:iam::222222222222:user/root with an explicit deny in a session policy',
  });
});

test('a deleting session is denied DeleteVirtualMFADevice, because the resource is the device', async () => {
  await using session = await openSession(DELETE);
  await assert.rejects(session.iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber: MFA })), {
    name: 'AccessDenied',
  });
});

test('CreateLoginProfile lets the password be recovered', async () => {
  await using session = await openSession('IAMCreateRootUserPassword', '333333333333');
  const { LoginProfile } = await session.iam.send(new CreateLoginProfileCommand({}));
  assert.equal(LoginProfile?.PasswordResetRequired, false);
  assert.ok(session.root.password);
  await session.iam.send(new GetLoginProfileCommand({}));
});

test('CreateLoginProfile answers EntityAlreadyExists when there is a password', async () => {
  await using session = await openSession('IAMCreateRootUserPassword');
  await assert.rejects(session.iam.send(new CreateLoginProfileCommand({})), {
    name: 'EntityAlreadyExistsException',
    message: 'Login Profile for account 222222222222 already exists.',
  });
});

test('CreateLoginProfile refuses a password in a root session', async () => {
  await using session = await openSession('IAMCreateRootUserPassword', '333333333333');
  await assert.rejects(session.iam.send(new CreateLoginProfileCommand({ Password: 'correct-horse' })), {
    name: 'ValidationError',
  });
  assert.equal(session.root.password, undefined);
});

test('root calls without a root session are refused instead of touching the caller', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(bench.iam().send(new DeleteLoginProfileCommand({})), {
    name: 'ValidationError',
    message: 'Must specify userName when calling with non-User credentials',
  });
});
