import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSigningCertificateCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
} from '@aws-sdk/client-iam';
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import { createRootAccess } from '../../src/aws/root-access.js';
import type { UnknownCause } from '../../src/core/action/credentials.js';
import { RootAccessFailure, type Task } from '../../src/workflows/ports.js';
import { ACCOUNT, awsError, CREDENTIALS, createMocks, ROOT } from './session.js';

const SUMMARY = {
  AccountPasswordPresent: 0,
  AccountMFAEnabled: 0,
  AccountAccessKeysPresent: 0,
  AccountSigningCertificatesPresent: 0,
};
const CREATED = new Date('2019-01-01T00:00:00.999Z');

/** A session in an account without root credentials, as far as a test does not say otherwise. */
async function openSession(task: Task = 'audit') {
  const mocks = createMocks();
  const { iam, clients, calls, limiters } = mocks;
  iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: SUMMARY });
  iam.on(GetUserCommand).resolves({ User: { Arn: ROOT } as never });
  iam.on(GetLoginProfileCommand).rejects(awsError('NoSuchEntityException'));
  iam.on(ListAccessKeysCommand).resolves({ AccessKeyMetadata: [], IsTruncated: false });
  iam.on(ListMFADevicesCommand).resolves({ MFADevices: [], IsTruncated: false });
  iam.on(ListSigningCertificatesCommand).resolves({ Certificates: [], IsTruncated: false });
  const session = await createRootAccess(clients, calls, limiters.assumeRoot, 'aws').open(ACCOUNT, task);
  return { ...mocks, session };
}

async function assertUnknown(cause: UnknownCause, run: () => Promise<unknown>): Promise<string> {
  const error = await run().then(
    () => assert.fail('it did not fail'),
    (failure: unknown) => failure,
  );
  assert(error instanceof RootAccessFailure, String(error));
  assert.equal(error.unknownCause, cause);
  return error.message;
}

for (const [task, policy] of [
  ['audit', 'IAMAuditRootUserCredentials'],
  ['delete', 'IAMDeleteRootUserCredentials'],
] as const) {
  test(`open asks for a root session with ${policy} when the task is to ${task}`, async () => {
    const { sts } = await openSession(task);
    assert.deepEqual(sts.commandCalls(AssumeRootCommand)[0]?.args[0].input, {
      TargetPrincipal: ACCOUNT,
      TaskPolicyArn: { arn: `arn:aws:iam::aws:policy/root-task/${policy}` },
      DurationSeconds: 900,
    });
  });
}

test('open acts with the credentials of the root session, and names them', async () => {
  const { session, sessions } = await openSession();
  assert.equal(session.accessKeyId, CREDENTIALS.AccessKeyId);
  assert.deepEqual(sessions, [
    { accessKeyId: CREDENTIALS.AccessKeyId, secretAccessKey: 'secret', sessionToken: 'token' },
  ]);
});

for (const part of ['AccessKeyId', 'SecretAccessKey', 'SessionToken'] as const) {
  test(`open is an incomplete answer when AssumeRoot gives no ${part}`, async () => {
    const { sts, clients, calls, limiters } = createMocks();
    sts.on(AssumeRootCommand).resolves({ Credentials: { ...CREDENTIALS, [part]: undefined } as never });
    const access = createRootAccess(clients, calls, limiters.assumeRoot, 'aws');
    await assertUnknown('incomplete-answer', () => access.open(ACCOUNT, 'audit'));
  });
}

const ASSUME_ROOT: readonly [name: string, message: string, cause: UnknownCause][] = [
  [
    'AccessDenied',
    'Root credentials management feature is not enabled for your AWS Organization.',
    'root-credentials-management-disabled',
  ],
  [
    'AccessDenied',
    'Root sessions feature is not enabled for your AWS Organization.',
    'root-sessions-disabled',
  ],
  ['AccessDenied', 'Service not enabled for AWS Organizations.', 'trusted-access-disabled'],
  [
    'AccessDenied',
    `User: arn is not authorized to perform: sts:AssumeRoot on resource: ${ROOT}`,
    'caller-not-allowed',
  ],
  ['TimeoutError', 'no answer', 'unreachable'],
  ['ValidationError', 'Request must contain a valid target principal', 'aws-error'],
];
for (const [name, message, cause] of ASSUME_ROOT) {
  test(`open is ${cause} when AssumeRoot fails with "${message}"`, async () => {
    const { sts, clients, calls, limiters } = createMocks();
    sts.on(AssumeRootCommand).rejects(awsError(name, message));
    const access = createRootAccess(clients, calls, limiters.assumeRoot, 'aws');
    await assertUnknown(cause, () => access.open(ACCOUNT, 'audit'));
  });
}

test('open repeats AssumeRoot when it is throttled', async () => {
  const { sts, clients, calls, limiters } = createMocks();
  sts.on(AssumeRootCommand).rejectsOnce(awsError('Throttling')).resolves({ Credentials: CREDENTIALS });
  const session = await createRootAccess(clients, calls, limiters.assumeRoot, 'aws').open(ACCOUNT, 'audit');
  assert.equal(session.accessKeyId, CREDENTIALS.AccessKeyId);
});

test('holdsAny is false when all four numbers are 0', async () => {
  const { session } = await openSession();
  assert.equal(await session.holdsAny(), false);
});

for (const key of Object.keys(SUMMARY)) {
  test(`holdsAny is true when ${key} alone is not 0`, async () => {
    const { session, iam } = await openSession();
    iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: { ...SUMMARY, [key]: 1 } });
    assert.equal(await session.holdsAny(), true);
  });
  test(`holdsAny is an incomplete answer when ${key} is missing`, async () => {
    const { session, iam } = await openSession();
    const { [key as keyof typeof SUMMARY]: _, ...rest } = SUMMARY;
    iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: rest });
    const message = await assertUnknown('incomplete-answer', () => session.holdsAny());
    assert.equal(message, `GetAccountSummary answered without ${key}`);
  });
}

test('holdsAny is an incomplete answer when there is no summary', async () => {
  const { session, iam } = await openSession();
  iam.on(GetAccountSummaryCommand).resolves({});
  await assertUnknown('incomplete-answer', () => session.holdsAny());
});

test('list is empty when all four kinds were listed and there is none', async () => {
  const { session } = await openSession();
  assert.deepEqual(await session.list(), []);
});

test('list gives every credential with what is known of it, in the safe order', async () => {
  const { session, iam } = await openSession();
  iam.on(GetUserCommand).resolves({ User: { Arn: ROOT, PasswordLastUsed: CREATED } as never });
  iam.on(GetLoginProfileCommand).resolves({ LoginProfile: { CreateDate: CREATED } as never });
  const key = { AccessKeyId: 'AKIA1', Status: 'Active', CreateDate: CREATED } as const;
  iam.on(ListAccessKeysCommand).resolves({ IsTruncated: false, AccessKeyMetadata: [key] });
  iam.on(GetAccessKeyLastUsedCommand).resolves({
    AccessKeyLastUsed: { LastUsedDate: CREATED, ServiceName: 's3', Region: 'us-east-1' },
  });
  iam
    .on(ListMFADevicesCommand)
    .resolves({ IsTruncated: false, MFADevices: [{ SerialNumber: 'GAKT', EnableDate: CREATED } as never] });
  iam.on(ListSigningCertificatesCommand).resolves({
    IsTruncated: false,
    Certificates: [{ CertificateId: 'CERT', Status: 'Active', UploadDate: CREATED } as never],
  });
  const at = '2019-01-01T00:00:00Z';
  assert.deepEqual(await session.list(), [
    {
      kind: 'access-key',
      id: 'AKIA1',
      created: at,
      status: 'Active',
      lastUsed: { kind: 'used', at, service: 's3', region: 'us-east-1' },
    },
    { kind: 'signing-certificate', id: 'CERT', created: at, status: 'Active' },
    { kind: 'password', created: at, lastUsed: { kind: 'used', at } },
    { kind: 'mfa-device', id: 'GAKT', created: at },
  ]);
});

test('list says never used when AWS gives no date for a key', async () => {
  const { session, iam } = await openSession();
  iam
    .on(ListAccessKeysCommand)
    .resolves({ IsTruncated: false, AccessKeyMetadata: [{ AccessKeyId: 'AKIA1', CreateDate: CREATED }] });
  iam.on(GetAccessKeyLastUsedCommand).resolves({
    AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } as never,
  });
  const [key] = await session.list();
  assert.deepEqual(key?.lastUsed, { kind: 'never' });
});

test('list reads every page', async () => {
  const { session, iam } = await openSession();
  const device = (SerialNumber: string) => ({ SerialNumber, EnableDate: CREATED }) as never;
  iam
    .on(ListMFADevicesCommand)
    .resolves({ MFADevices: [device('one')], IsTruncated: true, Marker: 'next' })
    .on(ListMFADevicesCommand, { Marker: 'next' })
    .resolves({ MFADevices: [device('two')], IsTruncated: false });
  const ids = (await session.list()).map(({ id }) => id);
  assert.deepEqual(ids, ['one', 'two']);
});

for (const Arn of [undefined, 'arn:aws:iam::333333333333:root', `arn:aws:iam::${ACCOUNT}:user/me`]) {
  test(`list is a session mismatch when the session is that of ${Arn ?? 'nobody'}`, async () => {
    const { session, iam } = await openSession();
    iam.on(GetUserCommand).resolves({ User: { Arn } as never });
    iam.on(ListAccessKeysCommand).rejects(awsError('AccessDenied'));
    await assertUnknown('session-mismatch', () => session.list());
  });
}

/** Answers from which a part is missing: half an answer is no answer. */
type Mocks = Awaited<ReturnType<typeof openSession>>['iam'];
const HALVES: readonly [what: string, answer: (iam: Mocks) => unknown][] = [
  ['ListAccessKeys gives no list', (iam) => iam.on(ListAccessKeysCommand).resolves({})],
  ['ListMFADevices gives no list', (iam) => iam.on(ListMFADevicesCommand).resolves({})],
  ['ListSigningCertificates gives no list', (iam) => iam.on(ListSigningCertificatesCommand).resolves({})],
  [
    'a list goes on and gives no marker',
    (iam) => iam.on(ListAccessKeysCommand).resolves({ AccessKeyMetadata: [], IsTruncated: true }),
  ],
  [
    'a key has no id',
    (iam) =>
      iam
        .on(ListAccessKeysCommand)
        .resolves({ IsTruncated: false, AccessKeyMetadata: [{ CreateDate: CREATED }] }),
  ],
  [
    'a device has no date',
    (iam) =>
      iam
        .on(ListMFADevicesCommand)
        .resolves({ IsTruncated: false, MFADevices: [{ SerialNumber: 'x' } as never] }),
  ],
  [
    'the password has no date',
    (iam) => iam.on(GetLoginProfileCommand).resolves({ LoginProfile: {} as never }),
  ],
  ['the password has no profile', (iam) => iam.on(GetLoginProfileCommand).resolves({} as never)],
  [
    'the use of a key is missing',
    (iam) => {
      iam
        .on(ListAccessKeysCommand)
        .resolves({ IsTruncated: false, AccessKeyMetadata: [{ AccessKeyId: 'A', CreateDate: CREATED }] });
      iam.on(GetAccessKeyLastUsedCommand).resolves({});
    },
  ],
  [
    'a key was used, and its last use has no date',
    (iam) => {
      iam
        .on(ListAccessKeysCommand)
        .resolves({ IsTruncated: false, AccessKeyMetadata: [{ AccessKeyId: 'A', CreateDate: CREATED }] });
      iam.on(GetAccessKeyLastUsedCommand).resolves({
        AccessKeyLastUsed: { ServiceName: 's3', Region: 'us-east-1' } as never,
      });
    },
  ],
  [
    'the last use of a key says nothing',
    (iam) => {
      iam
        .on(ListAccessKeysCommand)
        .resolves({ IsTruncated: false, AccessKeyMetadata: [{ AccessKeyId: 'A', CreateDate: CREATED }] });
      iam.on(GetAccessKeyLastUsedCommand).resolves({ AccessKeyLastUsed: {} as never });
    },
  ],
];
for (const [what, answer] of HALVES) {
  test(`list is an incomplete answer when ${what}`, async () => {
    const { session, iam } = await openSession();
    answer(iam);
    await assertUnknown('incomplete-answer', () => session.list());
  });
}

const SCP = 'with an explicit deny in a service control policy: arn:aws:organizations::1:policy/o-1/p-1';
const FAILURES: readonly [name: string, message: string, cause: UnknownCause][] = [
  ['AccessDenied', SCP, 'denied-by-scp'],
  ['AccessDenied', 'with an explicit deny in a session policy', 'denied-in-session'],
  ['ExpiredToken', 'The security token included in the request is expired', 'session-expired'],
  ['ServiceFailureException', 'broken', 'unreachable'],
  ['ValidationError', 'no', 'aws-error'],
];
const READS = {
  GetUser: GetUserCommand,
  GetLoginProfile: GetLoginProfileCommand,
  ListAccessKeys: ListAccessKeysCommand,
  ListMFADevices: ListMFADevicesCommand,
  ListSigningCertificates: ListSigningCertificatesCommand,
};
for (const [operation, command] of Object.entries(READS)) {
  for (const [name, message, cause] of FAILURES) {
    test(`list is ${cause}, and not empty, when ${operation} fails with ${name} "${message}"`, async () => {
      const { session, iam } = await openSession();
      iam.on(command as typeof GetUserCommand).rejects(awsError(name, message));
      assert.match(await assertUnknown(cause, () => session.list()), new RegExp(`^${operation} failed: `));
    });
  }
}

for (const operation of ['GetUser', 'ListAccessKeys', 'ListMFADevices', 'ListSigningCertificates'] as const) {
  test(`list is an error, and not empty, when ${operation} finds nothing`, async () => {
    const { session, iam } = await openSession();
    iam.on(READS[operation] as typeof GetUserCommand).rejects(awsError('NoSuchEntityException'));
    await assertUnknown('aws-error', () => session.list());
  });
}

const DELETIONS = [
  [{ kind: 'password' }, DeleteLoginProfileCommand, {}],
  [{ kind: 'access-key', id: 'AKIA1' }, DeleteAccessKeyCommand, { AccessKeyId: 'AKIA1' }],
  [{ kind: 'signing-certificate', id: 'CERT' }, DeleteSigningCertificateCommand, { CertificateId: 'CERT' }],
  [{ kind: 'mfa-device', id: 'GAKT' }, DeactivateMFADeviceCommand, { SerialNumber: 'GAKT' }],
] as const;
for (const [credential, command, input] of DELETIONS) {
  const operation = command.name.replace('Command', '');

  test(`delete calls ${operation} with the id alone, and names no user`, async () => {
    const { session, iam } = await openSession('delete');
    iam.on(command as typeof DeleteAccessKeyCommand).resolves({ $metadata: { requestId: 'q' } });
    assert.deepEqual(await session.delete(credential), { answer: 'done', requestId: 'q' });
    assert.deepEqual(iam.commandCalls(command as typeof DeleteAccessKeyCommand)[0]?.args[0].input, input);
  });

  test(`delete answers absent, and not deleted, when ${operation} finds nothing`, async () => {
    const { session, iam } = await openSession('delete');
    iam.on(command as typeof DeleteAccessKeyCommand).rejects(awsError('NoSuchEntityException'));
    assert.deepEqual(await session.delete(credential), { answer: 'absent', requestId: 'failed-request' });
  });

  test(`delete fails when ${operation} is denied`, async () => {
    const { session, iam } = await openSession('delete');
    iam.on(command as typeof DeleteAccessKeyCommand).rejects(awsError('AccessDenied', SCP));
    await assertUnknown('denied-by-scp', () => session.delete(credential));
  });
}

for (const [name, retryable] of [
  ['EntityTemporarilyUnmodifiableException', 'busy'],
  ['Throttling', 'throttled'],
  ['TimeoutError', 'transient'],
] as const) {
  test(`delete sends once, and says that it may succeed later, when AWS answers ${name}`, async () => {
    const { session, iam } = await openSession('delete');
    iam.on(DeleteLoginProfileCommand).rejects(awsError(name));
    await assert.rejects(session.delete({ kind: 'password' }), { name: 'RootAccessFailure', retryable });
    assert.equal(iam.commandCalls(DeleteLoginProfileCommand).length, 1);
  });
}

test('delete believes no answer without the id of a request', async () => {
  const { session, iam } = await openSession('delete');
  iam.on(DeleteLoginProfileCommand).resolves({ $metadata: {} });
  await assert.rejects(session.delete({ kind: 'password' }), {
    message: 'DeleteLoginProfile answered without the id of the request',
    refused: false,
  });
});

test('find sees a password that is there', async () => {
  const { session, iam } = await openSession('delete');
  iam
    .on(GetLoginProfileCommand)
    .resolves({ LoginProfile: { CreateDate: CREATED } as never, $metadata: { requestId: 'q' } });
  assert.deepEqual(await session.find({ kind: 'password' }), {
    created: '2019-01-01T00:00:00Z',
    requestId: 'q',
  });
});

test('find does not see a password when AWS says that there is no login profile', async () => {
  const { session } = await openSession('delete');
  assert.deepEqual(await session.find({ kind: 'password' }), {
    created: undefined,
    requestId: 'failed-request',
  });
});

test('find fails, and does not say gone, when the password cannot be looked at', async () => {
  const { session, iam } = await openSession('delete');
  iam.on(GetLoginProfileCommand).rejects(awsError('AccessDenied', 'no'));
  await assertUnknown('denied-in-session', () => session.find({ kind: 'password' }));
});

test('find sees a device on a later page', async () => {
  const { session, iam } = await openSession('delete');
  iam
    .on(ListMFADevicesCommand)
    .resolves({ MFADevices: [], IsTruncated: true, Marker: 'next' })
    .on(ListMFADevicesCommand, { Marker: 'next' })
    .resolves({ IsTruncated: false, MFADevices: [{ SerialNumber: 'GAKT', EnableDate: CREATED } as never] });
  const { created } = await session.find({ kind: 'mfa-device', id: 'GAKT' });
  assert.equal(created, '2019-01-01T00:00:00Z');
});

test('find does not take another credential of the kind for the one it looks for', async () => {
  const { session, iam } = await openSession('delete');
  iam
    .on(ListAccessKeysCommand)
    .resolves({ IsTruncated: false, AccessKeyMetadata: [{ AccessKeyId: 'AKIA2', CreateDate: CREATED }] });
  assert.equal((await session.find({ kind: 'access-key', id: 'AKIA1' })).created, undefined);
});
