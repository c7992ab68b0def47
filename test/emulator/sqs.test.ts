import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Bench, openBench, refusal } from './clients.js';
import { DENY_ALL, OPEN, OTHER, OWNER, SCENARIO } from './locked.js';

const URL = `https://sqs.eu-west-1.amazonaws.com/${OWNER}`;
const ARN = `arn:aws:sqs:eu-west-1:${OWNER}`;

async function openSession(bench: Bench, account = OWNER, region?: string): Promise<SQSClient> {
  return bench.sqs(await bench.assumeRoot(account, 'SQSUnlockQueuePolicy'), region);
}

function asCaller(bench: Bench, name: string): SQSClient {
  return bench.sqs(bench.emulator.callerCredentials(name));
}

function get(queue: string, ...names: ('All' | 'Policy' | 'QueueArn')[]): GetQueueAttributesCommand {
  return new GetQueueAttributesCommand({ QueueUrl: `${URL}/${queue}`, AttributeNames: names });
}

function set(queue: string, attributes: Readonly<Record<string, string>>): SetQueueAttributesCommand {
  return new SetQueueAttributesCommand({ QueueUrl: `${URL}/${queue}`, Attributes: attributes });
}

test('a root session reads, replaces and deletes the policy of a queue that denies all', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = await openSession(bench);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'locked' }));
  assert.equal(QueueUrl, `${URL}/locked`);
  const read = async () => (await sqs.send(get('locked', 'Policy', 'QueueArn'))).Attributes;
  assert.deepEqual(await read(), { QueueArn: `${ARN}:locked`, Policy: DENY_ALL });
  const policy = JSON.stringify(OPEN);
  await sqs.send(set('locked', { Policy: policy }));
  assert.equal((await read())?.Policy, policy);
  await sqs.send(set('locked', { Policy: '' }));
  assert.deepEqual(await read(), { QueueArn: `${ARN}:locked` });
  assert.deepEqual(
    bench.emulator.history.map(({ event }) => event.kind),
    ['session-issued', 'resource-policy-set', 'resource-policy-removed'],
  );
});

test('the administrator of the account is locked out of the same queue', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = asCaller(bench, 'admin');
  const denied = (action: string) => ({
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${OWNER}:user/admin is not authorized to perform: sqs:${action} on resource: ${ARN}:locked with an explicit deny in a resource-based policy`,
  });
  await assert.rejects(sqs.send(get('locked', 'All')), denied('getqueueattributes'));
  await assert.rejects(sqs.send(set('locked', { Policy: '' })), denied('setqueueattributes'));
  await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: 'locked' })), denied('getqueueurl'));
  assert.equal((await sqs.send(new ListQueuesCommand({}))).QueueUrls?.length, 4);
});

test('denials answer 403 and name the error as the Query protocol did', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(asCaller(bench, 'reader').send(get('free', 'All')), {
    name: 'AccessDenied',
    Code: 'AccessDenied',
    message: `User: arn:aws:iam::${OWNER}:user/reader is not authorized to perform: sqs:getqueueattributes on resource: ${ARN}:free because no identity-based policy allows the sqs:getqueueattributes action`,
  });
  assert.equal(bench.emulator.calls.at(-1)?.status, 403);
});

test('a session for another task may do nothing here', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = bench.sqs(await bench.assumeRoot(OWNER, 'S3UnlockBucketPolicy'));
  await assert.rejects(
    sqs.send(new ListQueuesCommand({})),
    refusal(
      'AccessDenied',
      `User: arn:aws:iam::${OWNER}:root is not authorized to perform: sqs:listqueues on resource: ${ARN}: with an explicit deny in a session policy`,
    ),
  );
});

test('a session may not read the queue of another account, whatever its policy', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = await openSession(bench, OTHER);
  // The task policy asks for the account of the queue.
  await assert.rejects(sqs.send(get('shared', 'All')), {
    name: 'AccessDenied',
    message: /sqs:getqueueattributes on resource: .*:shared with an explicit deny in a session policy$/,
  });
  await assert.rejects(sqs.send(set('free', { Policy: '' })), {
    name: 'AccessDenied',
    message: /because no resource-based policy allows the sqs:setqueueattributes action$/,
  });
});

test('another account may where the queue and its own policies let it', async () => {
  await using bench = await openBench(SCENARIO);
  const { Attributes } = await asCaller(bench, 'stranger').send(get('shared', 'QueueArn'));
  assert.deepEqual(Attributes, { QueueArn: `${ARN}:shared` });
});

test('a service control policy stops a root session', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    scps: [
      {
        target: '/',
        policy: { Statement: { Effect: 'Deny', Action: 'sqs:SetQueueAttributes', Resource: '*' } },
      },
    ],
  });
  const sqs = await openSession(bench);
  await assert.rejects(sqs.send(set('locked', { Policy: '' })), {
    name: 'AccessDenied',
    message: /with an explicit deny in a service control policy: arn:/,
  });
});

test('a queue is there in its region only', async () => {
  await using bench = await openBench(SCENARIO);
  const near = await openSession(bench);
  const missing = refusal('QueueDoesNotExist', 'The specified queue does not exist.');
  await assert.rejects(near.send(new GetQueueUrlCommand({ QueueName: 'far-away' })), missing);
  const far = await openSession(bench, OWNER, 'ap-southeast-2');
  const { QueueUrl } = await far.send(new GetQueueUrlCommand({ QueueName: 'far-away' }));
  assert.equal(QueueUrl, `https://sqs.ap-southeast-2.amazonaws.com/${OWNER}/far-away`);
  await assert.rejects(near.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })), {
    name: 'InvalidAddress',
  });
});

test('a queue that is not there is unknown, in the words of both protocols', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = await openSession(bench);
  await assert.rejects(sqs.send(get('nowhere', 'All')), {
    name: 'QueueDoesNotExist',
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
    message: 'The specified queue does not exist.',
  });
});

test('who has no permission is not told whether there is a queue', async () => {
  await using bench = await openBench(SCENARIO);
  await assert.rejects(asCaller(bench, 'reader').send(get('nowhere', 'All')), { name: 'AccessDenied' });
});

for (const QueueUrl of ['nonsense', `${URL}/free/more`, 'https://sqs.eu-west-1.amazonaws.com/1/free']) {
  test(`the address ${QueueUrl} is that of no queue`, async () => {
    await using bench = await openBench(SCENARIO);
    const sqs = await openSession(bench);
    await assert.rejects(sqs.send(new GetQueueAttributesCommand({ QueueUrl })), { name: 'InvalidAddress' });
  });
}

test('GetQueueAttributes gives what is asked for, all of it on demand, and nothing without', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = await openSession(bench);
  assert.equal((await sqs.send(get('free'))).Attributes, undefined);
  assert.equal((await sqs.send(get('free', 'Policy'))).Attributes, undefined);
  const { Attributes = {} } = await sqs.send(get('orders.fifo', 'All'));
  assert.deepEqual(
    [Attributes.QueueArn, Attributes.FifoQueue, Attributes.Policy],
    [`${ARN}:orders.fifo`, 'true', undefined],
  );
  await assert.rejects(
    sqs.send(get('free', 'Colour' as 'All')),
    refusal('InvalidAttributeName', 'Unknown Attribute Colour.'),
  );
});

for (const Policy of ['policy.json', '{', '{"Statement":[]}']) {
  test(`SetQueueAttributes refuses the policy ${Policy}, and keeps what is there`, async () => {
    await using bench = await openBench(SCENARIO);
    const sqs = await openSession(bench);
    await assert.rejects(
      sqs.send(set('locked', { Policy })),
      refusal('InvalidAttributeValue', 'Invalid value for the parameter Policy.'),
    );
    assert.equal((await sqs.send(get('locked', 'Policy'))).Attributes?.Policy, DENY_ALL);
  });
}

test('SetQueueAttributes sets nothing but the policy', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = await openSession(bench);
  await assert.rejects(sqs.send(set('free', { DelaySeconds: '5' })), { name: 'InvalidAttributeName' });
  await sqs.send(set('free', {}));
  assert.equal(bench.emulator.history.length, 1);
});

test('ListQueues lists the queues of the account in the region, by prefix, in pages on demand', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = await openSession(bench);
  const list = (input: { QueueNamePrefix?: string; MaxResults?: number; NextToken?: string }) =>
    sqs.send(new ListQueuesCommand(input));
  const names = (urls: readonly string[] = []) => urls.map((url) => url.replace(`${URL}/`, ''));
  const all = await list({});
  assert.deepEqual(names(all.QueueUrls), ['free', 'locked', 'orders.fifo', 'shared']);
  assert.equal(all.NextToken, undefined);
  assert.deepEqual(names((await list({ QueueNamePrefix: 'lo' })).QueueUrls), ['locked']);
  assert.deepEqual((await list({ QueueNamePrefix: 'x' })).QueueUrls, undefined);
  const first = await list({ MaxResults: 3 });
  assert.deepEqual(names(first.QueueUrls), ['free', 'locked', 'orders.fifo']);
  const second = await list({ MaxResults: 3, NextToken: first.NextToken ?? '' });
  assert.deepEqual([names(second.QueueUrls), second.NextToken], [['shared'], undefined]);
  await assert.rejects(list({ NextToken: 'nonsense' }), { name: 'InvalidParameterValue' });
  await assert.rejects(list({ MaxResults: 1001 }), { name: 'InvalidParameterValue' });
});

test('GetQueueUrl needs a name, and finds a queue of another account that lets it', async () => {
  await using bench = await openBench(SCENARIO);
  const sqs = asCaller(bench, 'stranger');
  const command = new GetQueueUrlCommand({ QueueName: 'shared', QueueOwnerAWSAccountId: OWNER });
  assert.equal((await sqs.send(command)).QueueUrl, `${URL}/shared`);
  await assert.rejects(sqs.send(new GetQueueUrlCommand({ QueueName: undefined })), {
    name: 'MissingParameter',
    message: 'The request must contain the parameter QueueName.',
  });
});

test('the service throttles in its own words, and a wrong secret is refused', async () => {
  await using bench = await openBench({
    ...SCENARIO,
    faults: [{ match: { operation: 'ListQueues', nth: 1 }, fault: { kind: 'throttle' } }],
  });
  const sqs = await openSession(bench);
  await assert.rejects(sqs.send(new ListQueuesCommand({})), { name: 'RequestThrottled' });
  const wrong = bench.sqs({ ...bench.emulator.callerCredentials(), secretAccessKey: 'wrong' });
  await assert.rejects(wrong.send(new ListQueuesCommand({})), { name: /SignatureDoesNotMatch/ });
});
