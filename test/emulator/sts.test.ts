import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetUserCommand } from '@aws-sdk/client-iam';
import {
  AssumeRootCommand,
  type AssumeRootCommandInput,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts';
import type { Scenario } from '../../src/emulator/scenario/scenario.js';
import { type Bench, openBench, sessionCredentials, type TaskPolicy, taskArn } from './clients.js';

const SCENARIO: Scenario = {
  organization: { id: 'o-exampleorgid', managementAccount: '111111111111' },
  delegatedAdministrators: [
    '333333333333',
    { account: '444444444444', servicePrincipal: 'sso.amazonaws.com' },
  ],
  accounts: [
    { id: '222222222222', name: 'sandbox-1' },
    { id: '333333333333', name: 'security' },
    { id: '444444444444', name: 'single-sign-on' },
    { id: '555555555555', name: 'sandbox-2', state: 'SUSPENDED' },
  ],
  callers: {
    operator: {},
    role: { arn: 'arn:aws:sts::111111111111:assumed-role/Operations/run-1', sourceIdentity: 'run-1' },
    root: { arn: 'arn:aws:iam::111111111111:root' },
    reader: { deny: ['sts:AssumeRoot'] },
    delegate: { account: '333333333333' },
    'other-delegate': { account: '444444444444' },
    member: { account: '222222222222' },
    stranger: { account: '999999999999' },
  },
};

function request(
  target = '222222222222',
  task: TaskPolicy = 'IAMAuditRootUserCredentials',
): AssumeRootCommandInput {
  return { TargetPrincipal: target, TaskPolicyArn: { arn: taskArn(task) } };
}

function assumeRoot(bench: Bench, caller = 'operator', input = request()) {
  return bench.sts(caller).send(new AssumeRootCommand(input));
}

function generic(bench: Bench, caller: string, target = '222222222222') {
  const { arn } = [...bench.emulator.world.callers.values()].find(({ name }) => name === caller) ?? {
    arn: '',
  };
  return {
    name: 'AccessDenied',
    message: `User: ${arn} is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::${target}:root`,
  };
}

test('AssumeRoot issues a session of the target when the management account asks', async () => {
  await using bench = await openBench(SCENARIO);
  const answer = await assumeRoot(bench);
  const user = await bench.iamWith(sessionCredentials(answer.Credentials)).send(new GetUserCommand({}));
  assert.equal(user.User?.Arn, 'arn:aws:iam::222222222222:root');
});

test('AssumeRoot issues credentials as AWS does: ASIA, a long token, 15 minutes', async () => {
  const now = new Date();
  await using bench = await openBench(SCENARIO, { now: () => now });
  const { Credentials } = await assumeRoot(bench);
  assert.match(Credentials?.AccessKeyId ?? '', /^ASIA[A-Z2-7]{16}$/);
  assert.equal(Credentials?.SecretAccessKey?.length, 40);
  assert.ok((Credentials?.SessionToken?.length ?? 0) > 300);
  assert.equal(Credentials?.Expiration?.getTime(), Math.floor(now.getTime() / 1000) * 1000 + 900_000);
});

test('AssumeRoot accepts the ARN of the root user as target', async () => {
  await using bench = await openBench(SCENARIO);
  await assumeRoot(bench, 'operator', request('arn:aws:iam::222222222222:root'));
  assert.equal(bench.emulator.calls[0]?.account, '222222222222');
});

test('AssumeRoot works for the delegated administrator of IAM', async () => {
  await using bench = await openBench(SCENARIO);
  await assumeRoot(bench, 'delegate');
});

test('AssumeRoot returns the source identity of the caller', async () => {
  await using bench = await openBench(SCENARIO);
  const answer = await assumeRoot(bench, 'role');
  assert.equal(answer.SourceIdentity, 'run-1');
});

for (const caller of ['root', 'reader', 'other-delegate', 'member', 'stranger']) {
  test(`AssumeRoot answers the generic denial when the caller is ${caller}`, async () => {
    await using bench = await openBench(SCENARIO);
    await assert.rejects(assumeRoot(bench, caller), generic(bench, caller));
  });
}

for (const target of ['111111111111', '555555555555', '999999999999']) {
  test(`AssumeRoot answers the generic denial when the target is ${target}`, async () => {
    await using bench = await openBench(SCENARIO);
    await assert.rejects(assumeRoot(bench, 'operator', request(target)), generic(bench, 'operator', target));
  });
}

test('AssumeRoot says that the feature is off when root credentials management is', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    features: { rootCredentialsManagement: false, rootSessions: true },
  });
  await assert.rejects(assumeRoot(bench), {
    name: 'AccessDenied',
    message: 'Root credentials management feature is not enabled for your AWS Organization.',
  });
});

test('AssumeRoot says that the feature is off when root sessions are and a bucket is to be unlocked', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(assumeRoot(bench, 'operator', request('222222222222', 'S3UnlockBucketPolicy')), {
    name: 'AccessDenied',
    message: 'Root sessions feature is not enabled for your AWS Organization.',
  });
});

test('AssumeRoot issues an unlocking session when only root sessions are enabled', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    features: { rootCredentialsManagement: false, rootSessions: true },
  });
  await assumeRoot(bench, 'operator', request('222222222222', 'SQSUnlockQueuePolicy'));
});

test('AssumeRoot says that the service is not enabled when trusted access is off', async () => {
  await using bench = await openBench({ ...SCENARIO, features: { trustedAccess: false } });
  await assert.rejects(assumeRoot(bench), {
    name: 'AccessDenied',
    message: 'Service not enabled for AWS Organizations.',
  });
});

test('AssumeRoot validates before it authorizes', async () => {
  await using bench = await openBench({ ...SCENARIO, features: { trustedAccess: false } });
  const long = { ...request('111111111111'), DurationSeconds: 901 };
  await assert.rejects(assumeRoot(bench, 'stranger', long), {
    name: 'ValidationError',
    message:
      "1 validation error detected: Value '901' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 900",
  });
});

test('AssumeRoot names the structure when the task policy has no ARN', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(assumeRoot(bench, 'operator', { ...request(), TaskPolicyArn: {} }), {
    name: 'ValidationError',
    message:
      "1 validation error detected: Value null at 'taskPolicyArn' failed to satisfy constraint: Member must not be null",
  });
});

test('AssumeRoot counts the errors when several parameters are bad', async () => {
  await using bench = await openBench(SCENARIO);
  const bad = { TargetPrincipal: '2', TaskPolicyArn: {}, DurationSeconds: -1 };
  await assert.rejects(
    assumeRoot(bench, 'operator', bad),
    /^ValidationError: 3 validation errors detected: /,
  );
});

test('AssumeRoot refuses a policy that is no task policy', async () => {
  await using bench = await openBench(SCENARIO);
  const input = { ...request(), TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' } };
  await assert.rejects(assumeRoot(bench, 'operator', input), {
    name: 'ValidationError',
    message: 'Request must contain valid AWS managed task policy ARN',
  });
});

test('AssumeRoot refuses a user as target', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(assumeRoot(bench, 'operator', request('arn:aws:iam::222222222222:user/someone')), {
    name: 'ValidationError',
    message: 'Request must contain a valid target principal',
  });
});

test('a session survives everything that made it possible', async () => {
  await using bench = await openBench(SCENARIO);
  const iam = await bench.rootSession('222222222222', 'IAMAuditRootUserCredentials', 'delegate');
  bench.emulator.world.features.clear();
  bench.emulator.world.trustedServices.clear();
  bench.emulator.world.delegatedAdministrators.length = 0;
  assert.equal((await iam.send(new GetUserCommand({}))).User?.UserId, '222222222222');
});

test('GetCallerIdentity describes a user', async () => {
  await using bench = await openBench(SCENARIO);
  const answer = await bench.sts().send(new GetCallerIdentityCommand({}));
  assert.equal(answer.Account, '111111111111');
  assert.equal(answer.Arn, 'arn:aws:iam::111111111111:user/operator');
  assert.match(answer.UserId ?? '', /^AIDA[A-Z2-7]{17}$/);
});

test('GetCallerIdentity describes an assumed role with its session name', async () => {
  await using bench = await openBench(SCENARIO);
  const answer = await bench.sts('role').send(new GetCallerIdentityCommand({}));
  assert.match(answer.UserId ?? '', /^AROA[A-Z2-7]{17}:run-1$/);
});

test('GetCallerIdentity needs no permission', async () => {
  await using bench = await openBench({ callers: { operator: { allow: [], deny: ['*'] } } });
  await bench.sts().send(new GetCallerIdentityCommand({}));
});
