import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateLoginProfileCommand, GetLoginProfileCommand } from '@aws-sdk/client-iam';
import { AssumeRootCommand } from '@aws-sdk/client-sts';
import { createActionAccess } from '../../src/aws/actions/open.js';
import { RootAccessFailure } from '../../src/workflows/ports.js';
import { ACCOUNT, awsError, CREDENTIALS, createMocks } from './session.js';

const RECOVERY = { kind: 'allow-password-recovery' } as const;
const CREATED = new Date('2026-11-23T09:00:00.999Z');
const METADATA = { $metadata: { requestId: 'a-request' } };

async function openSession() {
  const mocks = createMocks();
  const { clients, calls, limiters, iam } = mocks;
  const session = await createActionAccess(clients, calls, limiters.assumeRoot, 'aws').open(ACCOUNT, [
    RECOVERY,
  ]);
  return { ...mocks, session, iam };
}

/** Errors of AWS's own, as the SDK gives them. */
const refusal = (code: string, status: number) =>
  Object.assign(awsError(`${code}Exception`, code), {
    Code: code,
    $metadata: { requestId: 'failed-request', httpStatusCode: status },
  });

async function failureOf(run: () => Promise<unknown>): Promise<RootAccessFailure> {
  const error = await run().then(
    () => assert.fail('it did not fail'),
    (failure: unknown) => failure,
  );
  assert(error instanceof RootAccessFailure, String(error));
  return error;
}

test('open asks for a root session that may do nothing but look for a password and make one possible', async () => {
  const { session, sts, sessions } = await openSession();
  assert.deepEqual(sts.commandCalls(AssumeRootCommand)[0]?.args[0].input, {
    TargetPrincipal: ACCOUNT,
    TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword' },
    DurationSeconds: 900,
  });
  assert.equal(session.accessKeyId, CREDENTIALS.AccessKeyId);
  assert.equal(sessions[0]?.accessKeyId, CREDENTIALS.AccessKeyId);
});

test('open is a failure with its cause when AssumeRoot is refused', async () => {
  const { clients, calls, limiters, sts } = createMocks();
  sts.on(AssumeRootCommand).rejects(refusal('AccessDenied', 403));
  const access = createActionAccess(clients, calls, limiters.assumeRoot, 'aws');
  const { unknownCause } = await failureOf(() => access.open(ACCOUNT, [RECOVERY]));
  assert.equal(unknownCause, 'caller-not-allowed');
});

test('find gives the date of the password, and the request', async () => {
  const { session, iam } = await openSession();
  iam.on(GetLoginProfileCommand).resolves({ LoginProfile: { CreateDate: CREATED } as never, ...METADATA });
  assert.deepEqual(await session.find(RECOVERY), {
    standing: '2026-11-23T09:00:00Z',
    requestId: 'a-request',
  });
});

test('find finds no password only when AWS says that there is none', async () => {
  const { session, iam } = await openSession();
  iam.on(GetLoginProfileCommand).rejects(awsError('NoSuchEntityException'));
  assert.deepEqual(await session.find(RECOVERY), { standing: undefined, requestId: 'failed-request' });
});

for (const [what, error, cause] of [
  ['is denied', refusal('AccessDenied', 403), 'denied-in-session'],
  ['gets no answer', awsError('TimeoutError', 'no answer'), 'unreachable'],
] as const) {
  test(`find is a failure, and no sight of nothing, when it ${what}`, async () => {
    const { session, iam } = await openSession();
    iam.on(GetLoginProfileCommand).rejects(error);
    assert.equal((await failureOf(() => session.find(RECOVERY))).unknownCause, cause);
  });
}

test('find is a failure when the answer has no date', async () => {
  const { session, iam } = await openSession();
  iam.on(GetLoginProfileCommand).resolves({ LoginProfile: {} as never, ...METADATA });
  assert.equal((await failureOf(() => session.find(RECOVERY))).unknownCause, 'incomplete-answer');
});

test('perform names neither user nor password, and gives the request', async () => {
  const { session, iam } = await openSession();
  iam.on(CreateLoginProfileCommand).resolves({ LoginProfile: { CreateDate: CREATED } as never, ...METADATA });
  assert.deepEqual(await session.perform(RECOVERY), { answer: 'done', requestId: 'a-request' });
  assert.deepEqual(iam.commandCalls(CreateLoginProfileCommand)[0]?.args[0].input, {});
});

test('perform may have been done when the answer does not say to which request', async () => {
  const { session, iam } = await openSession();
  iam.on(CreateLoginProfileCommand).resolves({});
  const { refused, unknownCause } = await failureOf(() => session.perform(RECOVERY));
  assert.deepEqual([refused, unknownCause], [false, 'incomplete-answer']);
});

for (const [what, error, refused, retryable] of [
  ['AWS says no', refusal('AccessDenied', 403), true, undefined],
  ['it is throttled', refusal('Throttling', 400), true, 'throttled'],
  ['no answer comes', awsError('TimeoutError', 'no answer'), false, 'transient'],
  ['AWS fails', refusal('ServiceFailure', 500), false, 'transient'],
  [
    'there is a password already, which a look may show a little later',
    refusal('EntityAlreadyExists', 409),
    true,
    'busy',
  ],
] as const) {
  test(`perform is sent once, and ${refused ? 'not done' : 'may be done'}, when ${what}`, async () => {
    const { session, iam } = await openSession();
    iam.on(CreateLoginProfileCommand).rejects(error);
    const failure = await failureOf(() => session.perform(RECOVERY));
    assert.deepEqual([failure.refused, failure.retryable], [refused, retryable]);
    assert.equal(iam.commandCalls(CreateLoginProfileCommand).length, 1);
  });
}
